# Errors during training. Set `input` (--curve of tinynet train) and `output`.
set terminal pngcairo size 700,450 font "DejaVu Sans,11"
set output output
set datafile separator ","
set grid lc rgb "#dddddd"
set logscale y
set format y "%g"
set ytics add (0.02, 0.05, 0.1, 0.2, 0.5)
set xlabel "epoch"
set ylabel "RMSE of force components (eV/Å)"
set title "Learning curve"
plot input using 1:3 skip 1 with lines lw 1.5 lc rgb "#1f77b4" title "training", \
     input using 1:4 skip 1 with lines lw 1.5 lc rgb "#d62728" title "validation"
