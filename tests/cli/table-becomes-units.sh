#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/cli/lib.bash
. "$CLI_TESTS/lib.bash"
# Why: what the generator writes decides whether a machine boots.

# generated STATUS: of the table on stdin, into units/
generated()
{
	rm -rf units
	mkdir units
	cat >tab
	status=0
	FASTLOOPTAB=$PWD/tab "$GENERATOR" "$PWD/units" "$PWD/early" "$PWD/late" >out 2>err || status=$?
	[[ $status == "$1" && ! -s out ]] || { cat out err; fail "exit status $status, expected $1"; }
}
said() { [[ $(<err) == "$1" ]] || { cat err; fail "expected: $1"; }; }
has() { grep -qxF -- "$2" "units/$1" || { cat "units/$1"; fail "$1 has no line $2"; }; }
has_not() { ! grep -q -- "$2" "units/$1" || { cat "units/$1"; fail "$1 has $2"; }; }
# linked UNIT... : these are in what wants or requires another one
linked()
{
	[[ $(cd units && find . -type l -printf '%P\n' | sort | xargs -d '\n') == "$(printf '%s\n' "$@" | sort | xargs -d '\n')" ]] ||
		{ find units -type l; fail "links, expected $*"; }
	! find units -xtype l | grep . || fail 'that lead nowhere'
}

# Nothing to do is no unit at all.
generated 0 </dev/null
[[ ! $(ls units) ]] || fail "units of nothing: $(ls units)"
rm tab
FASTLOOPTAB=$PWD/tab "$GENERATOR" units units units || fail 'without a table'
status=0
"$GENERATOR" units 2>err || status=$?
[[ $status == 2 && $(<err) == 'fastloop: fastloop-generator: is for systemd, which gives it three folders' ]] ||
	{ cat err; fail "exit status $status"; }

generated 0 <<<'data /srv/disk.img map=require'
service=fastloop@data.service
has $service 'DefaultDependencies=no'
has $service 'RequiresMountsFor=/srv/disk.img'
has $service 'Before=fastloop.target'
has $service 'Before=blockdev@dev-fastloop-data.target'
has $service 'Conflicts=umount.target'
has $service 'Before=umount.target'
has $service 'ExecStart=:fastloop up -- %I'
has_not $service 'local-fs'
has dev-fastloop-data.device.d/40-fastloop.conf 'JobRunningTimeoutSec=infinity'
linked fastloop.target.requires/$service dev-fastloop-data.device.requires/$service \
	sysinit.target.wants/fastloop.target

generated 0 <<<'data /srv/disk.img nofail'
has_not $service '=fastloop.target'
linked fastloop.target.wants/$service dev-fastloop-data.device.requires/$service \
	sysinit.target.wants/fastloop.target

generated 0 <<<'data /srv/disk.img noauto'
has_not $service '=fastloop.target'
linked dev-fastloop-data.device.requires/$service

generated 0 <<<'data /srv/disk.img _netdev'
has $service 'Before=remote-fastloop.target'
has $service 'After=remote-fs-pre.target'
linked remote-fastloop.target.requires/$service dev-fastloop-data.device.requires/$service \
	multi-user.target.wants/remote-fastloop.target

generated 0 <<<'data /dev/sdz x-systemd.device-timeout=5min'
has $service 'BindsTo=dev-sdz.device'
has $service 'After=dev-sdz.device'
has dev-sdz.device.d/50-fastloop-timeout.conf 'JobRunningTimeoutSec=5min'

generated 0 <<<'data /srv/disk.img x-systemd.requires=/mnt/a\040b,x-systemd.wants=a.service,x-systemd.before=b.target,x-systemd.after=c.service,x-systemd.requires-mounts-for=/d,x-systemd.wanted-by=e.target,x-systemd.required-by=f.target'
has $service 'Requires=mnt-a\x20b.mount'
has $service 'After=mnt-a\x20b.mount'
has $service 'Wants=a.service'
has $service 'After=a.service'
has $service 'Before=b.target'
has $service 'After=c.service'
has $service 'RequiresMountsFor=/d'
has_not $service '=fastloop.target'
linked e.target.wants/$service f.target.requires/$service dev-fastloop-data.device.requires/$service

# Any name and any path; nothing of them becomes a line of its own.
# shellcheck disable=SC2016 # that is its name
generated 0 <<<'it\047s\040%i$HOME-1 /srv/a\040%i/b\012c'
service='fastloop@it\x27s\x20\x25i\x24HOME\x2d1.service'
has "$service" 'RequiresMountsFor=/srv/a\ %%i'
linked "fastloop.target.requires/$service" sysinit.target.wants/fastloop.target \
	"dev-fastloop-it\\x5cx27s\\x5cx20\\x5cx25i\\x5cx24HOME\\x2d1.device.requires/$service"

# What systemd would cut off the end of a line: only the folders on the way are waited for.
generated 0 <<<'data /srv/b\040'
has fastloop@data.service 'RequiresMountsFor=/srv'
generated 0 <<<'data /srv/a\040b\040/c'
has fastloop@data.service 'RequiresMountsFor=/srv/a\ b\ /c'

# A file below /dev is one where a file system for files lies there.
for file in /dev/shm/x.img /dev//shm/x.img /dev/./shm/x.img /dev/hugepages/x; do
	generated 0 <<<"data $file"
	has fastloop@data.service "RequiresMountsFor=$file"
	has_not fastloop@data.service 'BindsTo='
done
for file in /dev/shmem /dev/disk/by-id/x; do
	generated 0 <<<"data $file"
	has_not fastloop@data.service 'RequiresMountsFor='
done

# What is wrong is said, and the others are there.
long=$(printf 'n-%.0s' {1..60})
generated 1 <<END
data /srv/disk.img x-systemd.device-timeout=1
half
timed /dev/sdz x-systemd.device-timeout=1s\\012Alias=x
after /srv/after.img x-systemd.after=what
$long /srv/long.img
last /srv/last.img
END
said "fastloop: $PWD/tab:1: x-systemd.device-timeout: ignored, /srv/disk.img is no device
fastloop: $PWD/tab:2: the file is missing; a line is NAME FILE OPTIONS
fastloop: $PWD/tab:3: x-systemd.device-timeout=1s\\x0aAlias=x: no time, like 90s
fastloop: $PWD/tab:4: x-systemd.after=what: no name of a unit, like srv.mount
fastloop: $PWD/tab:5: $long: too long for the name of a unit; choose a shorter one"
linked {fastloop.target.requires,dev-fastloop-data.device.requires}/fastloop@data.service \
	{fastloop.target.requires,dev-fastloop-last.device.requires}/fastloop@last.service \
	sysinit.target.wants/fastloop.target

# Nobody is to wait for the service of a line that is wrong: there is none.
generated 1 <<<'data /srv/disk.img x-systemd.required-by=a.target,x-systemd.wanted-by=b.target,x-systemd.after=what'
said "fastloop: $PWD/tab:1: x-systemd.after=what: no name of a unit, like srv.mount"
[[ ! $(find units ! -type d) ]] || { find units; fail 'units of a line that is wrong'; }

# systemd's own word on it. Its commands are not where systemd looks for them.
command -v systemd-analyze >/dev/null || exit 0
generated 0 <<END
data /srv/disk.img map=require,x-systemd.requires-mounts-for=/srv,x-systemd.after=network.target
strange\\040%name /srv/a\\040b\\042\\047\\134%i.img nofail
END
for unit in units/*.service units/*.target; do
	systemd-analyze verify --man=no --generators=no --recursive-errors=no "$unit" 2>&1 |
		grep -v 'fastloop is not executable' >err || true
	[[ ! -s err ]] || { cat err; fail "systemd-analyze verify $unit"; }
done
