// SPDX-License-Identifier: GPL-2.0-only
/*
 * A database that promises what it was promised: rows inserted in transactions,
 * each acknowledged when COMMIT has returned; and the same looked for afterwards.
 *
 *	rows prepare MODE DIR			MODE is SQLite's journal_mode
 *	rows write MODE DIR SEED COUNT WHERE	acknowledges as "DIR/MODE=N", see ack.c
 *	rows check MODE DIR SEED LAST		-1 if none was acknowledged
 *
 * A transaction changes two tables, so that half of one shows.
 */
#include <sqlite3.h>

#include "ack.h"
#include "die.h"
#include "record.h"

struct rows {
	const char *name;	/* DIR/MODE */
	uint64_t seed;
	sqlite3 *db;
	char body[RECORD_MAX];
};

static void __attribute__((noreturn)) db_die(struct rows *r, const char *what)
{
	errno = 0;
	die("%s: %s: %s", r->name, what, sqlite3_errmsg(r->db));
}

static void run(struct rows *r, const char *sql)
{
	if (sqlite3_exec(r->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		db_die(r, sql);
}

static sqlite3_stmt *prepared(struct rows *r, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(r->db, sql, -1, &s, NULL) != SQLITE_OK)
		db_die(r, sql);
	return s;
}

static void db_open(struct rows *r, const char *mode, int flags)
{
	char file[160], sql[80];

	snprintf(file, sizeof(file), "%s.db", r->name);
	if (sqlite3_open_v2(file, &r->db, SQLITE_OPEN_READWRITE | flags, NULL) != SQLITE_OK)
		db_die(r, "open");
	snprintf(sql, sizeof(sql), "pragma journal_mode=%s", mode);
	run(r, sql);
	/*
	 * Less than "extra" does not sync the folder when the rollback journal is
	 * deleted: the commit is not durable then, only atomic.  Checkpoints of
	 * the WAL belong to what is to be cut.
	 */
	run(r, "pragma synchronous=extra; pragma wal_autocheckpoint=30");
}

static void db_close(struct rows *r)
{
	if (sqlite3_close(r->db) != SQLITE_OK)
		db_die(r, "close");
}

static void rows_prepare(struct rows *r, const char *mode)
{
	db_open(r, mode, SQLITE_OPEN_CREATE);
	run(r, "create table row(n integer primary key, body blob);"
	       "create table latest(n integer); insert into latest values(-1)");
	db_close(r);
}

static void insert(struct rows *r, sqlite3_stmt *s, int n)
{
	int len = record_len(r->seed, n);

	record_fill(r->body, len, r->seed, n);
	sqlite3_bind_int(s, 1, n);
	sqlite3_bind_blob(s, 2, r->body, len, SQLITE_STATIC);
	if (sqlite3_step(s) != SQLITE_DONE)
		db_die(r, "insert");
	sqlite3_reset(s);
}

static void rows_write(struct rows *r, const char *mode, int count)
{
	sqlite3_stmt *s;
	int n;

	db_open(r, mode, 0);
	s = prepared(r, "insert into row values(?, ?)");
	for (n = 0; n < count; n++) {
		run(r, "begin immediate");
		insert(r, s, n);
		run(r, "update latest set n = n + 1; commit");
		ack(r->name, n);
	}
	sqlite3_finalize(s);
	db_close(r);
}

static void check_integrity(struct rows *r)
{
	sqlite3_stmt *s = prepared(r, "pragma integrity_check");

	if (sqlite3_step(s) != SQLITE_ROW)
		db_die(r, "integrity_check");
	if (strcmp((const char *)sqlite3_column_text(s, 0), "ok")) {
		printf("%s: integrity_check says: %s\n", r->name, sqlite3_column_text(s, 0));
		exit(1);
	}
	sqlite3_finalize(s);
}

static void check_row(struct rows *r, sqlite3_stmt *s, int n)
{
	int len = record_len(r->seed, n);

	if (sqlite3_column_int(s, 0) == n && sqlite3_column_bytes(s, 1) == len &&
	    record_is(sqlite3_column_blob(s, 1), len, r->seed, n, 0))
		return;
	printf("row %d of %s holds something else\n", n, r->name);
	exit(1);
}

/* How many there are; each must be whole, acknowledged or not. */
static int check_content(struct rows *r)
{
	sqlite3_stmt *s = prepared(r, "select n, body from row order by n");
	int n = 0, step;

	while ((step = sqlite3_step(s)) == SQLITE_ROW)
		check_row(r, s, n++);
	if (step != SQLITE_DONE)
		db_die(r, "select");
	sqlite3_finalize(s);
	return n;
}

static void check_latest(struct rows *r, int nr)
{
	sqlite3_stmt *s = prepared(r, "select n from latest");

	if (sqlite3_step(s) != SQLITE_ROW)
		db_die(r, "latest");
	if (sqlite3_column_int(s, 0) != nr - 1) {
		printf("%s: %d rows, but the latest is %d: half a transaction\n", r->name,
		       nr, sqlite3_column_int(s, 0));
		exit(1);
	}
	sqlite3_finalize(s);
}

static void rows_check(struct rows *r, const char *mode, int last)
{
	int nr;

	db_open(r, mode, 0);
	check_integrity(r);
	nr = check_content(r);
	if (nr <= last) {
		printf("acknowledged record %d of %s is not there: %d rows\n", last, r->name, nr);
		exit(1);
	}
	check_latest(r, nr);
	db_close(r);
}

int main(int argc, char **argv)
{
	static struct rows r;
	char name[128];

	if (argc < 4)
		die("usage: rows prepare|write|check MODE DIR...");
	snprintf(name, sizeof(name), "%s/%s", argv[3], argv[2]);
	r.name = name;
	if (argc > 4)
		r.seed = record_seed(strtoull(argv[4], NULL, 0), name);

	if (!strcmp(argv[1], "prepare") && argc == 4) {
		rows_prepare(&r, argv[2]);
	} else if (!strcmp(argv[1], "write") && argc == 7) {
		ack_open(argv[6]);
		rows_write(&r, argv[2], atoi(argv[5]));
	} else if (!strcmp(argv[1], "check") && argc == 6) {
		rows_check(&r, argv[2], atoi(argv[5]));
	} else {
		die("wrong usage");
	}
	return 0;
}
