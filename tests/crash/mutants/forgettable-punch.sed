# SPDX-License-Identifier: GPL-2.0-only
# core/punch.c: a punch is none of the changes that a flush has to make durable.
/^static int punch_and_learn(/,/^}/ {
	/floop_changes_made(/d
}
