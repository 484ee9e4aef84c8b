# SPDX-License-Identifier: GPL-2.0-only
# core/remap.c: a flush goes down though the file system may still forget what was filled.
/^static enum floop_verdict map_flush(/,/^}/ s/!floop_changes_are_durable(io->claim)/false/
