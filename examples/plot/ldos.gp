# LDOS of the representative atom of each species, and how errors are distributed. Set `prefix` (what ldos.py wrote:
# PREFIX_SPECIES.dat with energy, reference and prediction; PREFIX_errors.dat with one error per atom), `kinds` (the
# species) and `output`.
set terminal pngcairo size 900,320 * (words(kinds) + 1) / 2 font "DejaVu Sans,11"
set output output
set grid lc rgb "#dddddd"
set multiplot layout (words(kinds) + 2) / 2, 2
do for [kind in kinds] {
    set title sprintf("%s, the atom whose error is closest to the mean", kind)
    set xlabel "energy above the highest occupied level (eV)"
    set ylabel "LDOS (states/eV)"
    set key outside top center horizontal
    plot sprintf("%s_%s.dat", prefix, kind) using 1:2 with lines lw 1.5 lc rgb "#444444" title "DFT", \
         "" using 1:3 with lines lw 1.5 dt 2 lc rgb "#d62728" title "predicted"
}
set title "Mean absolute error of an atom's LDOS"
set key inside top right vertical
set xtics 0.05
set xlabel "states/eV"
set ylabel "atoms"
set style fill solid 0.5
width = 0.01
plot for [kind in kinds] sprintf("< awk '$1 == \"%s\"' '%s_errors.dat'", kind, prefix) \
    using (width * (floor($2 / width) + 0.5)):(1) smooth frequency with boxes title kind
