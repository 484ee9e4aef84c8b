// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is written, and how it is recognised. Each of a sector's 64 words tells
 * the sector it is meant for and the operation that wrote it: the two, mixed by
 * a function that can be undone, plus a step for each word. So a sector that is
 * lost, late, misplaced or in pieces says itself what it is.
 */
#include "content.h"

#include <string.h>

#define WORDS		(SECTOR_SIZE / sizeof(uint64_t))
#define STEP		0x9e3779b97f4a7c15ull
#define SPARE_BITS	6	/* zero; what decodes otherwise is not ours */
#define POISON		0xdb

static uint64_t the_salt;
static unsigned int threads = 1;
static uint64_t contents_end, sectors_end;

void content_set_salt(uint64_t salt)
{
	the_salt = salt;
}

uint64_t content_salt(void)
{
	return the_salt;
}

void content_set_run(unsigned int nr_threads, uint64_t nr_ops, uint64_t nr_sectors)
{
	threads = nr_threads;
	contents_end = CONTENT_OPS + nr_ops + nr_threads;
	sectors_end = nr_sectors;
}

uint32_t content_of_op(unsigned int thread, unsigned long number)
{
	return CONTENT_OPS + number * threads + thread;
}

/* The finaliser of splitmix64 */
uint64_t mix64(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

static uint64_t unmix64(uint64_t x)
{
	x = (x ^ x >> 31 ^ x >> 62) * 0x319642b2d24d8ec3ull;
	x = (x ^ x >> 27 ^ x >> 54) * 0x96de1b173f119089ull;
	return x ^ x >> 30 ^ x >> 60;
}

static uint64_t key_of(uint64_t sector, uint32_t content)
{
	return mix64((sector << 36 | (uint64_t)content << SPARE_BITS) ^ the_salt);
}

void content_fill(unsigned char *buf, uint64_t sector, uint32_t content)
{
	uint64_t word = key_of(sector, content);
	size_t i;

	if (content == CONTENT_ZEROES) {
		memset(buf, 0, SECTOR_SIZE);
		return;
	}
	for (i = 0; i < WORDS; i++, word += STEP)
		memcpy(buf + i * sizeof(word), &word, sizeof(word));
}

void content_poison(void *buf, size_t size)
{
	memset(buf, POISON, size);
}

const char *content_name(uint32_t content)
{
	static __thread char name[80];
	static const char *const names[] = {
		[CONTENT_INITIAL] = "what was there before the run",
		[CONTENT_ZEROES] = "zeroes",
		[CONTENT_FILL] = "what --init wrote",
	};

	if (content < CONTENT_OPS)
		return names[content];
	content -= CONTENT_OPS;
	snprintf(name, sizeof(name), "thread %u operation %u", content % threads,
		 content / threads);
	return name;
}

/* What one word is. */
struct piece {
	enum { PIECE_OURS, PIECE_ZEROES, PIECE_POISON, PIECE_INITIAL, PIECE_UNKNOWN } kind;
	uint32_t content;
	uint64_t sector;
};

static struct piece decode_ours(uint64_t plain)
{
	struct piece piece = {
		.kind = PIECE_OURS, .sector = plain >> 36,
		.content = plain >> SPARE_BITS & (CONTENT_MAX - 1),
	};

	if (plain & ((1 << SPARE_BITS) - 1) || piece.sector >= sectors_end ||
	    piece.content < CONTENT_FILL || piece.content >= contents_end)
		return (struct piece){ .kind = PIECE_UNKNOWN };
	return piece;
}

static struct piece decode_word(uint64_t word, size_t i, const unsigned char *initial)
{
	if (!word)
		return (struct piece){ .kind = PIECE_ZEROES };
	if (word == POISON * 0x0101010101010101ull)
		return (struct piece){ .kind = PIECE_POISON };
	if (initial && !memcmp(initial + i * sizeof(word), &word, sizeof(word)))
		return (struct piece){ .kind = PIECE_INITIAL };
	return decode_ours(unmix64(word - i * STEP) ^ the_salt);
}

static struct piece decode(const unsigned char *buf, size_t i, const unsigned char *initial)
{
	uint64_t word;

	memcpy(&word, buf + i * sizeof(word), sizeof(word));
	return decode_word(word, i, initial);
}

static bool is_same(const struct piece *a, const struct piece *b)
{
	return a->kind == b->kind && a->content == b->content && a->sector == b->sector;
}

static void describe_piece(FILE *out, const struct piece *piece, uint64_t sector)
{
	static const char *const words[] = {
		[PIECE_ZEROES] = "zeroes",
		[PIECE_POISON] = "nothing, the buffer is as it was",
		[PIECE_INITIAL] = "what was there before the run",
		[PIECE_UNKNOWN] = "neither this run's nor what was there before",
	};

	if (piece->kind != PIECE_OURS) {
		fprintf(out, "%s\n", words[piece->kind]);
		return;
	}
	fputs(content_name(piece->content), out);
	if (piece->sector != sector)
		fprintf(out, ", meant for sector %llu", (unsigned long long)piece->sector);
	fputc('\n', out);
}

void content_describe(FILE *out, const unsigned char *buf, uint64_t sector,
		      const unsigned char *initial)
{
	size_t begin, end;

	for (begin = 0; begin < WORDS; begin = end) {
		struct piece piece = decode(buf, begin, initial), next;

		for (end = begin + 1; end < WORDS; end++) {
			next = decode(buf, end, initial);
			if (!is_same(&piece, &next))
				break;
		}
		fprintf(out, "  read: bytes %zu-%zu: ", begin * sizeof(uint64_t),
			end * sizeof(uint64_t) - 1);
		describe_piece(out, &piece, sector);
	}
}
