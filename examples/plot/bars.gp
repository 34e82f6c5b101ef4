# Horizontal bars on a logarithmic axis: `input` has a name in quotes and a number per line, those of tinynet stand out.
# Set `input`, `output` and `caption`.
set terminal pngcairo noenhanced size 900,520 font "DejaVu Sans,10"
set output output
set title caption
unset key
set logscale x
set format x "%g"
set grid x lc rgb "#dddddd"
set style fill solid
set yrange [*:*] reverse
set offsets 0, 0, 0.7, 0.7
plot input using (0.5 * $2):0:(0):2:($0 - 0.35):($0 + 0.35):(strcol(1)[1:7] eq 'tinynet' ? 0x1f77b4 : 0xaaaaaa):ytic(1) \
    with boxxyerror lc rgb variable, '' using 2:0:(sprintf(" %.3g", $2)) with labels left
