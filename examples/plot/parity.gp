# Predicted against reference force components. Set `input` (predicted by tinynet, with ref_forces) and `output`.
set terminal pngcairo size 600,600 font "DejaVu Sans,11"

# The columns of the properties, as the comment line of the first frame lists them.
layout = system("sed -n '2s/.*Properties=\\([^ ]*\\).*/\\1/p' '" . input . "'")
column_of(name) = int(system("echo " . layout . " | tr : ' ' | awk '{c = 1; for (i = 1; i < NF; i += 3) { " . \
                             "if ($i == \"" . name . "\") print c; c += $(i + 2) } }'"))
kind = column_of("species")
truth = column_of("ref_forces")
guess = column_of("forces")
kinds = system(sprintf("awk 'NF > %d && !/Properties=/ { print $%d }' '%s' | sort -u", truth, kind, input))
rows(symbol) = sprintf("< awk '!/Properties=/ && $%d == \"%s\"' '%s'", kind, symbol, input)

set size square
set key top left reverse Left
set grid lc rgb "#dddddd"
set xlabel "force component, DFT (eV/Å)"
set ylabel "force component, predicted (eV/Å)"
limit = ceil(real(system(sprintf("awk '!/Properties=/ && NF > %d { for (c = %d; c < %d; ++c) " . \
                                 "{ f = $c < 0 ? -$c : $c; if (f > most) most = f } } END { print most }' '%s'", \
                                 truth, truth, truth + 3, input))))
set xrange [-limit:limit]
set yrange [-limit:limit]
set title "Test structures, three components per atom"
set output output
set multiplot
array colors[3] = ["#1f77b4", "#d62728", "#2ca02c"]
plot x with lines lc rgb "#888888" notitle, \
     for [k = 1:words(kinds)] for [c = 0:2] rows(word(kinds, k)) using (column(truth + c)):(column(guess + c)) \
         with points pt 7 ps 0.4 lc rgb colors[(k - 1) % 3 + 1] title (c == 0 ? word(kinds, k) : "")

# Inset: how the errors are distributed.
errors = sprintf("< awk '!/Properties=/ && NF > %d { for (c = 0; c < 3; ++c) print $(%d + c) - $(%d + c) }' '%s'", \
                 truth, guess, truth, input)
stats errors using 1 nooutput
bin = STATS_stddev / 4.0
unset title
unset key
unset grid
set origin 0.58, 0.13
set size nosquare 0.36, 0.27
set xlabel "error (eV/Å)" offset 0, 0.7
unset ylabel
unset ytics
set border 1
set xtics nomirror (sprintf("%.2f", -3.0 * STATS_stddev) -3.0 * STATS_stddev, 0, \
                    sprintf("%.2f", 3.0 * STATS_stddev) 3.0 * STATS_stddev)
set xrange [-4.5 * STATS_stddev:4.5 * STATS_stddev]
set yrange [0:*]
set style fill solid 0.4 noborder
plot errors using (bin * floor($1 / bin + 0.5)):(1) smooth frequency with boxes lc rgb "#444444"
unset multiplot
