# Lines with points, one per block of `input` (blocks: a title in quotes, then x and y; two empty lines between them).
# Set `input`, `output`, `xname`, `yname` and `caption`; `names` ("0:first 1:second ...") labels x; `signed` frees both
# axes; `lines` leaves out the points, `points` the lines; `fits`: every second block is a line to the one before.
set terminal pngcairo noenhanced size 700,450 font "DejaVu Sans,11"
set output output
set grid lc rgb "#dddddd"
set key outside right top reverse Left
set linetype 5 lc rgb "#d62728"  # not the default yellow, which nobody sees
set xlabel xname
set ylabel yname
set title caption
set autoscale xfix
set offsets graph 0.05, graph 0.05, 0, 0
set yrange [0:*]
if (exists("logarithmic")) { set yrange [*:*]; set logscale y; set format y "%g" }
if (exists("signed")) { set yrange [*:*] }
if (exists("powers")) { set logscale x; set format x "%g" }
if (exists("names")) {
    set xtics ()
    do for [name in names] { set xtics add (substr(name, strstrt(name, ":") + 1, strlen(name)) \
                                            int(substr(name, 1, strstrt(name, ":") - 1))) }
} else {
    if (!exists("powers") && !exists("signed")) { set xtics 1 }
}
stats input using 1 nooutput
size = exists("lines") ? 0 : 0.7
set style data linespoints
if (exists("points")) { set style data points }
last = STATS_blocks - 1
if (exists("fits")) {
    plot for [k = 0:last:2] input index k using 1:2 with points pt 7 lc k / 2 + 1 title columnheader(1), \
         for [k = 1:last:2] input index k using 1:2 with lines lw 1.5 dt 2 lc k / 2 + 1 notitle
} else {
    plot for [k = 0:last] input index k using 1:2 lw 1.5 pt 7 ps size title columnheader(1)
}
