# SPDX-License-Identifier: GPL-2.0
# Bars: a group for each cell, a bar for each contender. Given: data, svg, head.
set terminal svg size 1100,420 font 'sans,12' background 'white'
set output svg
set title head noenhanced
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.8 noborder
set boxwidth 0.9
set yrange [0:*]
set grid ytics
set key outside right noenhanced
set xtics noenhanced rotate by -15
columns = int(system("head --lines=1 ".data." | wc --words"))
plot for [i = 2:columns] data using i:xtic(1) title columnheader(i)
