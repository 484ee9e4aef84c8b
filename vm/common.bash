# SPDX-License-Identifier: GPL-2.0
# What the scripts of vm/ share: where kernels are kept, how one is named, and
# how to speak to the user. Sourced, never run.

VM_CACHE=${VM_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vm-kernels}
mkdir --parents -- "$VM_CACHE"
VM_CACHE=$(realpath -- "$VM_CACHE")

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 1; }

# Prints the KVERs among the names on stdin that belong to series $1, oldest
# first: stock amd64 builds, no cloud or real-time flavour, none of our own.
kvers_of_series()
{
	grep --extended-regexp "^${1//./\\.}\.[0-9][0-9A-Za-z.+~-]*-amd64$" |
		grep --invert-match --extended-regexp -e '-(cloud|rt|debug)-' |
		sort --version-sort || true
}

# 6.1 is a series, 6.1.0-56-amd64 the name of one kernel (a KVER).
is_series() { [[ $1 =~ ^[0-9]+\.[0-9]+$ ]]; }
is_kver()   { [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9][0-9A-Za-z.+~-]*-amd64$ ]]; }

is_cached() { [[ $1 && -e $VM_CACHE/$1/vmlinuz ]]; }

cached_kvers() { (cd -- "$VM_CACHE" && ls) | kvers_of_series "$1"; }

# Headers come in three packages; only the dependencies tell their names.
header_packages_of()
{
	local headers=linux-headers-$1

	echo "$headers"
	apt-cache depends "$headers" 2>/dev/null |
		sed --quiet --regexp-extended \
		    's/^ *Depends: (linux-(headers-.*-common|kbuild-.*))$/\1/p'
}
