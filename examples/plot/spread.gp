# True error of force components against the spread of a committee. Set `input` (two columns, eV/Å), `output`, `caption`.
set terminal pngcairo noenhanced size 600,500 font "DejaVu Sans,11"
set output output
set grid lc rgb "#dddddd"
set key top left
set logscale xy
set format xy "%g"
set xlabel "standard deviation over the committee (eV/Å)"
set ylabel "true error (eV/Å)"
set title caption
plot input using 1:2 with points pt 7 ps 0.3 lc rgb "#4477aa" notitle, x with lines lc rgb "#222222" title "equal"
