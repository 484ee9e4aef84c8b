/* SPDX-License-Identifier: GPL-2.0-only */
/* How busy a block device is, from two looks at its counters.  PURE. */
#ifndef RATES_H
#define RATES_H

#include <stdbool.h>
#include <stdint.h>

/* Counters since the device was made, at one moment */
struct sample {
	uint64_t ns;		/* the moment, of a clock that only goes forward */
	uint64_t reads, read_sectors, read_ms;
	uint64_t writes, write_sectors, write_ms;
	uint64_t in_flight;
};

/* What happened in between, a second */
struct rates {
	double seconds;		/* in between */
	double reads;
	double writes;
	double read_bytes;
	double written_bytes;
	/* Milliseconds that one took on average; negative when there was none */
	double read_ms;
	double write_ms;
};

/* /sys/block/NAME/stat; false if it is not that. */
bool sample_parse_stat(struct sample *sample, const char *text);
/* /sys/block/NAME/inflight */
bool sample_parse_inflight(struct sample *sample, const char *text);

void rates_between(struct rates *rates, const struct sample *before,
		   const struct sample *after);

#endif /* RATES_H */
