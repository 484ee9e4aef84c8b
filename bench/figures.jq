# SPDX-License-Identifier: GPL-2.0
# From slices to figures. All ratios are taken within one run, then the median.

def median:
	sort | length as $n
	| if $n == 0 then null
	  elif $n % 2 == 1 then .[($n - 1) / 2]
	  else (.[$n / 2 - 1] + .[$n / 2]) / 2 end;
def mean: add / length;
def geomean: map(log) | mean | exp;
def in_order: reduce .[] as $x ([]; if index([$x]) then . else . + [$x] end);
def by(f): group_by(f) | map({key: (.[0] | f), value: .}) | from_entries;

# The slices of one contender, cell and run -> one figure each
def figures: {
	iops: (map(.iops) | mean),
	us: ((map(.fio_cpu_ns + .kthread_cpu_ns) | add) / (map(.ios) | add) / 1000)
};

# Slices of one lower device -> {CELL: {CONTENDER: [figures of each run]}}
def table:
	by(.cell) | map_values(by(.contender)
		| map_values(group_by(.run) | map(figures)));

# [f of run 1, ...] / [f of run 1, ...]
def ratios($over; f): [., $over] | transpose | map((.[0] | f) / (.[1] | f));

# One lower device
def lower($cells):
	table as $table
	| {
		lower: .[0].lower,
		cells: [$cells[] as $cell | $table[$cell] as $row | {
			cell: $cell,
			contenders: ($row | map_values(. as $runs | {
				iops: (map(.iops) | median),
				cpu_us: (map(.us) | median),
				to_raw: (ratios($row.raw; .iops) | median),
				to_linear: (ratios($row["dm-linear"]; .iops) | median),
				cpu_to_linear: (ratios($row["dm-linear"]; .us) | median),
				to_loop: ([$row["loop-direct"], $row["loop-buffered"]]
					| map(. as $loop | select($loop) | $runs
						| ratios($loop; .iops) | median)),
				cpu_to_loop: ([$row["loop-direct"], $row["loop-buffered"]]
					| map(. as $loop | select($loop) | $runs
						| ratios($loop; .us) | median)),
				to_linear_runs: ratios($row["dm-linear"]; .iops)
			}))
		}]
	}
	| .geomean = (.cells | (.[0].contenders | keys) as $names
		| [. as $all | $names[] as $name | {key: $name, value: {
			to_raw: ($all | map(.contenders[$name].to_raw) | geomean),
			to_linear: ($all | map(.contenders[$name].to_linear) | geomean),
			cpu_to_linear: ($all | map(.contenders[$name].cpu_to_linear) | geomean)
		}}] | from_entries)
	| .lowest = (.cells | min_by(.contenders.ours.to_linear)
		| {cell, to_linear: .contenders.ours.to_linear});

def map_cost:
	group_by(.cell) | map({cell: .[0].cell,
		cost: (by(.contender) | map_values(group_by(.run) | map(figures))
			| .many as $many | .few | ratios($many; .iops) | median)});

def attach_times:
	group_by([.tool, .cache]) | map({tool: .[0].tool, cache: .[0].cache,
		times: length, ms: (map(.us / 1000) | median)});

# First writes: per second, and how much that is of loop's.
def first_writes:
	map(. + {iops: (.ios / .ns * 1e9)})
	| group_by([.lower, .cell]) | map({lower: .[0].lower, cell: .[0].cell,
		ours: (map(select(.contender == "ours").iops) | median),
		loop: (map(select(.contender == "loop").iops) | median),
		to_loop: (by(.contender) | map_values(sort_by(.run))
			| .loop as $loop | .ours | ratios($loop; .iops) | median)});

# Filled by random writes, over written as a whole
def after_fills:
	group_by([.lower, .cell]) | map({lower: (.[0].lower | ltrimstr("thin-")), cell: .[0].cell}
		+ (by(.contender) | map_values(group_by(.run) | map(figures))
			| .whole as $whole | .filled
			| {iops: (ratios($whole; .iops) | median),
			   cpu: (ratios($whole; .us) | median)}));

# The longest request in ms; of each run one beside the other
def longest:
	select(. != []) | {alone: (map(.alone / 1000) | median),
		beside: (map(.beside / 1000) | median),
		holes: (map(.holes / 1000) | median),
		ratio: (map(.beside / .alone) | median),
		to_holes: (map(.beside / .holes) | median)};

# ms, and ratios within one run
def snapshot_times:
	group_by(.extents) | map({extents: .[0].extents,
		plain: (map(.plain / 1000) | median), alone: (map(.alone / 1000) | median),
		beside: (map(.beside / 1000) | median), command: (map(.command / 1000) | median),
		ratio: (map(.beside / .plain) | median)});

def verdict($what; $value; $target; $passed):
	{what: $what, value: $value, target: $target, passed: $passed};


(.cells | map(.name)) as $cells
| (.slices | map(.contender)) as $measured
| .contenders as $contenders
| (.slices | map(select(.lower == "map"))) as $map_slices
| (.slices | map(select(.lower | startswith("thin-")))) as $thin_slices
| {
	contenders: ($contenders - ($contenders - $measured)),
	lowers: [.slices | (map(.lower) | in_order)[] as $lower
		| select($lower != "map" and ($lower | startswith("thin-") | not))
		| map(select(.lower == $lower)) | lower($cells)],
	map_cost: ($map_slices | map_cost),
	many: .maps[1],
	attach: (.attaches | attach_times),
	fills: (.fills // [] | first_writes),
	after_fills: ($thin_slices | after_fills),
	filled: (.filled // []),
	discard: ([.discards // [] | longest][0]),
	snapshots: (.snapshots // [] | snapshot_times)
}
| .bytes_per_extent = (.many | if . then .map_bytes / .extents else null end)
| (.attach | map(select(.cache == "warm")) | map({key: .tool, value: .ms}) | from_entries) as $ms
| .verdicts = [
	(.lowers[]
	| verdict("\(.lower): ours to dm-linear, geometric mean of the cells";
		.geomean.ours.to_linear; ">= 0.97"; .geomean.ours.to_linear >= 0.97),
	  verdict("\(.lower): ours to dm-linear, lowest cell, \(.lowest.cell)";
		.lowest.to_linear; ">= 0.92"; .lowest.to_linear >= 0.92)),
	(.lowers[] | select(.geomean["ours-xfs"])
	| verdict("\(.lower): ours-xfs to dm-linear, geometric mean of the cells";
		.geomean["ours-xfs"].to_linear; ">= 0.97";
		.geomean["ours-xfs"].to_linear >= 0.97)),
	(.lowers[] | select(.geomean["ours-native"]) | .geomean["ours-native"] as $mean
	| (.cells | min_by(.contenders["ours-native"].to_raw)) as $lowest
	| verdict("\(.lower): ours-native to raw, geometric mean of the cells";
		$mean.to_raw; ">= 0.88"; $mean.to_raw >= 0.88),
	  verdict("\(.lower): ours-native to raw, lowest cell, \($lowest.cell)";
		$lowest.contenders["ours-native"].to_raw; ">= 0.80";
		$lowest.contenders["ours-native"].to_raw >= 0.80),
	  verdict("\(.lower): ours-native to dm-linear, geometric mean of the cells";
		$mean.to_linear; ">= 1.15"; $mean.to_linear >= 1.15)),
	(.lowers[] | .lower as $lower
	| (.cells | map(select(.contenders["ours-file"])) | select(. != [])
		| min_by(.contenders["ours-file"].to_loop[0])
		| verdict("\($lower): ours-file to loop-direct, lowest cell, \(.cell)";
			.contenders["ours-file"].to_loop[0]; ">= 0.95";
			.contenders["ours-file"].to_loop[0] >= 0.95)),
	  (.cells[] | . as $row
		| {"aio16-12x-randrw-4k": 2.5, "psync-4x-randrw-4k": 1.3}[.cell] as $target
		| select($target and .contenders["ours-file"])
		| .contenders["ours-file"].to_loop[0]
		| verdict("\($lower): ours-file to loop-direct, \($row.cell)"; .;
			">= \($target)"; . >= $target)),
	  (.cells[] | select(.cell == "aio16-seqwrite-4k" and .contenders["ours-file"])
		| .contenders["ours-file"].cpu_to_loop[0]
		| verdict("\($lower): CPU an I/O, ours-file to loop-direct, aio16-seqwrite-4k"; .;
			"<= 1"; . <= 1)),
	  (.cells | map(select(.contenders["ours-buffered"])) | select(. != [])
		| min_by(.contenders["ours-buffered"].to_loop[1])
		| verdict("\($lower): ours-buffered to loop-buffered, lowest cell, \(.cell)";
			.contenders["ours-buffered"].to_loop[1]; ">= 0.95";
			.contenders["ours-buffered"].to_loop[1] >= 0.95))),
	(.fills[] | select(.cell | startswith("all-"))
	| verdict("\(.lower): first writes to loop-direct, \(.cell)"; .to_loop; ">= 2";
		.to_loop >= 2)),
	(.after_fills[]
	| verdict("\(.lower): CPU an I/O after the fills, to a file written as a whole, \(.cell)";
		.cpu; "<= 1.05"; .cpu <= 1.05)),
	(select(.discard) | .discard
	| verdict("longest request beside a discard of 4 GiB, to the longest without";
		.ratio; "<= 3"; .ratio <= 3),
	  verdict("the same, to the longest on an image of holes, without a discard";
		.to_holes; "<= 3"; .to_holes <= 3)),
	(.many.extents as $extents | .map_cost[]
	| verdict("a map of \($extents) extents costs, to one of 1, \(.cell)";
		.cost; "<= 1.15"; .cost <= 1.15)),
	(select(.many)
	| verdict("bytes an extent, of \(.many.extents)";
		.bytes_per_extent; "<= 32"; .bytes_per_extent <= 32)),
	(select($ms.losetup) | $ms | to_entries[] | select(.key != "losetup")
	| verdict("attach 64 GiB, \(.key), ms more than losetup";
		.value - $ms.losetup; "<= 5"; .value - $ms.losetup <= 5))
]
