# Errors of energy models against the time of a step. Set `input` (name, µs, RMSE of BaTiO3, of MoO3 in eV/Å), `output`.
set terminal pngcairo noenhanced size 700,500 font "DejaVu Sans,11"
set output output
set grid lc rgb "#dddddd"
set key top right
set xlabel "time per atom and step of BaTiO3, one core, single precision (µs)"
set ylabel "RMSE of forces (eV/Å)"
set xrange [0:*]
set yrange [0:*]
plot input using 2:3 with points pt 7 ps 1.2 lc rgb "#4477aa" title "BaTiO3", \
     input using 2:4 with points pt 5 ps 1.2 lc rgb "#ee6677" title "MoO3", \
     input using 2:4:1 with labels offset 0,1 notitle
