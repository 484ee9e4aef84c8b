// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>

#include "rates.h"

#define SECTOR_SIZE	512
#define NS_A_SECOND	1e9

bool sample_parse_stat(struct sample *sample, const char *text)
{
	return sscanf(text, "%" SCNu64 " %*u %" SCNu64 " %" SCNu64
			    " %" SCNu64 " %*u %" SCNu64 " %" SCNu64,
		      &sample->reads, &sample->read_sectors, &sample->read_ms,
		      &sample->writes, &sample->write_sectors, &sample->write_ms) == 6;
}

bool sample_parse_inflight(struct sample *sample, const char *text)
{
	uint64_t reads, writes;

	if (sscanf(text, "%" SCNu64 " %" SCNu64, &reads, &writes) != 2)
		return false;
	sample->in_flight = reads + writes;
	return true;
}

static double average(uint64_t ms, uint64_t nr)
{
	return nr ? (double)ms / (double)nr : -1;
}

void rates_between(struct rates *rates, const struct sample *before,
		   const struct sample *after)
{
	double seconds = (double)(after->ns - before->ns) / NS_A_SECOND;
	uint64_t reads = after->reads - before->reads;
	uint64_t writes = after->writes - before->writes;

	rates->seconds = seconds;
	rates->reads = (double)reads / seconds;
	rates->writes = (double)writes / seconds;
	rates->read_bytes =
		(double)(after->read_sectors - before->read_sectors) * SECTOR_SIZE / seconds;
	rates->written_bytes =
		(double)(after->write_sectors - before->write_sectors) * SECTOR_SIZE / seconds;
	rates->read_ms = average(after->read_ms - before->read_ms, reads);
	rates->write_ms = average(after->write_ms - before->write_ms, writes);
}
