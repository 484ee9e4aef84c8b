# SPDX-License-Identifier: GPL-2.0
# A result and its $figures -> Markdown.

def fixed($digits):
	if . == null then "-" else
		pow(10; $digits) as $p
		| (. * $p | round / $p | tostring) as $s
		| if $digits == 0 then $s
		  elif $s | contains(".")
		  then $s + "0" * ($digits - ($s | split(".")[1] | length))
		  else $s + "." + "0" * $digits end
	end;
def row: "| " + join(" | ") + " |";
def rule: row, (map("---") | row);

def lower_table($title; $names; f):
	"", $title, "",
	(["cell"] + $names | rule),
	(.cells[] | [.cell] + [.contenders[$names[]] | f] | row);

def mean_row($names; f): ["**geometric mean**"] + [.geomean[$names[]] | f] | row;

def lower($names):
	"", "## On \(.lower)",
	lower_table("Thousand I/Os a second, median:"; $names; .iops / 1000 | fixed(1)),
	lower_table("Share of raw:"; $names; .to_raw | fixed(2)),
	mean_row($names; .to_raw | fixed(2)),
	lower_table("Share of dm-linear:"; $names; .to_linear | fixed(2)),
	mean_row($names; .to_linear | fixed(3)),
	lower_table("CPU time an I/O, in us:"; $names; .cpu_us | fixed(1)),
	lower_table("Ours to dm-linear, run by run:"; $names | map(select(IN("ours", "ours-xfs")));
		.to_linear_runs | map(fixed(2)) | join(" "));

$figures[0] as $f
| "# \(.name)",
"",
"Made on \(.date) by `\(.command)`; how to read it: bench/README.md.",
"",
"* fastloop \(.source), kernel \(.kernel), \(.runs) runs in one boot",
"* \(.qemu), \(.accelerator), \(.guest_cpus) CPUs of a host with \(.host_cpus)",
(select(.mode == "instructions")
	| "* the clock counts the guest's instructions, 1 ns each, on one CPU: path lengths, not times"),
"* while it ran, others used \(.others_cpu_share * 100 | fixed(0)) % of the host's CPUs",
"* `\(.kernel_command_line)`",
"",
"## Verdict", "",
(select(.mode | IN("full", "fills") | not)
	| "No verdict on the targets, which are about times, medians of 5 runs: a hint.", ""),
(["what", "measured", "target", ""] | rule),
($f.verdicts[] | [.what, (.value | fixed(3)), .target,
	(if .passed then "reached" else "**missed**" end)] | row),
($f.lowers[] | lower($f.contenders)),
(if $f.many then
	"", "## Map", "",
	(["map", "extents", "bytes"] | rule),
	(.maps[] | ["", (.extents | tostring), (.map_bytes | tostring)] | row),
	"",
	(["cell", "cost of many extents to one"] | rule),
	($f.map_cost[] | [.cell, (.cost | fixed(3))] | row)
else empty end),
(if $f.fills != [] then
	"", "## First writes into a sparse file", "",
	(["lower", "cell", "ours, thousand a second", "loop-direct", "ours to loop"] | rule),
	($f.fills[] | [.lower, .cell, (.ours / 1000 | fixed(1)), (.loop / 1000 | fixed(1)),
		(.to_loop | fixed(2))] | row)
else empty end),
(if $f.after_fills != [] then
	"", "## After the first writes, to a file written as a whole", "",
	(["lower", "cell", "I/Os a second", "CPU an I/O"] | rule),
	($f.after_fills[] | [.lower, .cell, (.iops | fixed(3)), (.cpu | fixed(3))] | row),
	"",
	(["lower", "extents of 384 MiB filled by random 4 KiB writes"] | rule),
	($f.filled[] | [.lower, (.extents | tostring)] | row)
else empty end),
(if $f.discard then
	"", "## The longest request while 4 GiB are discarded", "",
	(["on a written image, ms", "on holes", "beside it", "to the first", "to the second"] | rule),
	($f.discard | [(.alone | fixed(1)), (.holes | fixed(1)), (.beside | fixed(1)),
		(.ratio | fixed(2)), (.to_holes | fixed(2))] | row)
else empty end),
(if $f.snapshots != [] then
	"", "## The longest request beside a snapshot of a live image", "",
	(["extents", "without it, ms", "beside it, ms", "a clone of the file, not attached, ms",
	  "beside it to the clone", "the whole command, ms"] | rule),
	($f.snapshots[] | [(.extents | tostring), (.alone | fixed(1)), (.beside | fixed(1)),
		(.plain | fixed(1)), (.ratio | fixed(2)), (.command | fixed(1))] | row)
else empty end),
(if $f.attach != [] then
	"", "## Attach a file of 64 GiB", "",
	(["tool", "page cache", "times", "median ms"] | rule),
	($f.attach[] | [.tool, .cache, (.times | tostring), (.ms | fixed(1))] | row)
else empty end),
(if .kernel_log != [] then
	"", "## The kernel said", "", "```", .kernel_log[], "```"
else empty end)
