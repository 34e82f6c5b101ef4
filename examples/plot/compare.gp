# Error against time of descriptor variants. Set `input` (tinynet compare -o), `output` and `caption`.
set terminal pngcairo size 900,450 font "DejaVu Sans,11"
set output output
set datafile separator ","
set grid lc rgb "#dddddd"
set xlabel "descriptor and network (µs per atom and step)"
set ylabel "MAE / mean |F| on test structures"
set title caption
set xrange [0:*]
set yrange [0:*]
set offsets graph 0, graph 0.05, graph 0.05, 0
set key outside right top Left reverse samplen 1 spacing 1.2 font ",9"
stats input skip 1 using 2 nooutput
name(row) = system(sprintf("sed -n %dp '%s' | cut -d, -f1", row + 2, input))
plot for [row = 0:STATS_records - 1] input skip 1 every ::row::row using ($4 + $5):($9 / $10) \
     with points pt 5 + row ps 1.5 lc row + 1 title name(row)
