/* SPDX-License-Identifier: GPL-2.0-only */
/* What every verb is, and what the exit statuses of fastloop(8) mean. */
#ifndef CLI_H
#define CLI_H

enum exit_status {
	STATUS_DONE	= 0,
	STATUS_FAILED	= 1,
	STATUS_USAGE	= 2,
	STATUS_REFUSED	= 3,	/* by policy, with its reason on stderr */
};

/* @argv[0] is the verb's own name.  Returns an exit status. */
int attach_verb(int argc, char **argv);
int bench_verb(int argc, char **argv);
int check_verb(int argc, char **argv);
int detach_verb(int argc, char **argv);
int down_verb(int argc, char **argv);
int grow_verb(int argc, char **argv);
int list_verb(int argc, char **argv);
int map_verb(int argc, char **argv);
int mount_verb(int argc, char **argv);
int resize_verb(int argc, char **argv);
int resume_verb(int argc, char **argv);
int snapshot_verb(int argc, char **argv);
int status_verb(int argc, char **argv);
int umount_verb(int argc, char **argv);
int unshare_verb(int argc, char **argv);
int up_verb(int argc, char **argv);
int who_verb(int argc, char **argv);

#endif /* CLI_H */
