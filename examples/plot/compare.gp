# Error against time of descriptor variants. Set `input` (tinynet compare -o), `output` and `caption`.
set terminal pngcairo size 800,450 font "DejaVu Sans,11"
set output output
set datafile separator ","
set grid lc rgb "#dddddd"
set xlabel "descriptor and network (µs per atom and step)"
set ylabel "MAE / mean |F| on test structures"
set title caption
set xrange [0:*]
set yrange [0:*]
set offsets graph 0, graph 0.2, graph 0.15, 0
unset key
plot input using ($4 + $5):($9 / $10):1 skip 1 with labels left rotate by 25 offset 0.6, 0.4 font ",8", \
     "" using ($4 + $5):($9 / $10) skip 1 with points pt 7 lc rgb "#d62728"
