# Held-out error against time of ways to train. Set `input` (curves of tinynet_optimizers), `output` and `caption`.
set terminal pngcairo size 800,450 font "DejaVu Sans,11"
set output output
set datafile separator ","
set grid lc rgb "#dddddd"
set key top right reverse Left
set xlabel "training time (s)"
set ylabel "error of held-out atoms (scaled)"
set title caption
set logscale y
set yrange [0.2:3]
set ytics add (0.2, 0.3, 0.5, 2)
# Names hold commas, so a curve is chosen by how its lines begin; what follows the name are the last three numbers.
curve(name) = sprintf("< grep '^%s,[0-9]' '%s' | awk -F, '{ print $(NF - 2) \",\" $NF }'", name, input)
array names[6] = ["Adam float decay 0, batch 4, rate 0.01", "Adam float decay 0.1, batch 4, rate 0.01", \
                  "Adam float decay 0.1, batch 16, rate 0.01", "L-BFGS penalty 0.0001", \
                  "Levenberg-Marquardt penalty 0.001, 512 atoms a step", "Kalman filter forgetting 0.995, by node"]
plot for [k = 1:6] curve(names[k]) using 1:2 with lines lw 1.8 title names[k]
