# Exact LDOS of the model of 06_moments_theorem, and what its first moments tell. Set `input` and `output`.
set terminal pngcairo size 700,450 font "DejaVu Sans,11"
set output output
set datafile separator ","
set grid lc rgb "#dddddd"
set xlabel "energy (hopping exp(-length), length in Å)"
set ylabel "LDOS (states per energy)"
set title "LDOS of Mo from its closed walks"
plot input using 1:2 skip 1 with lines lw 1 lc rgb "#888888" title "diagonalization", \
     input using 1:3 skip 1 with lines lw 2 lc rgb "#1f77b4" title "walks of up to 4 hops", \
     input using 1:4 skip 1 with lines lw 2 lc rgb "#d62728" title "walks of up to 12 hops"
