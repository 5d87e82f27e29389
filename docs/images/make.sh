#!/usr/bin/env bash
# Makes the pictures of docs/plots.md from the sample of the page: needs Debian's flite, which spoke it and knows its
# phones, and a2f-live with the extra `plot`. Pillow, which comes with matplotlib, makes the pictures small.
set -euo pipefail
cd "$(dirname "$0")"
a2f_live() { python -m a2f_live "$@"; }
sample=../../web_demo/sample/hello.wav

text=$(sed -n '/-t "/,/"$/p' ../../web_demo/sample/make.sh | tr '\n' ' ' | sed 's/.*-t "//; s/" *$//')
flite -voice slt -psdur -o none -t "$text" | tr ' ' '\n' | awk -F: '
  BEGIN { print "start\tend\tphone"; begin = 0 }
  NF == 2 { name = toupper($1); if (name == "PAU") name = "SIL"; if (name == "AX") name = "AH"
    printf "%.3f\t%.3f\t%s\n", begin + 0.1, $2 + 0.1, name; begin = $2 }' > hello.tsv # the sample begins with 0.1 s of padding

a2f_live plot "$sample" --phones hello.tsv --to 4 -o chart.png
a2f_live plot "$sample" --phones hello.tsv --strip --from 0.3 --to 2.2 -o strip.png
a2f_live plot --shapes --columns 9 -o shapes.png
python - <<'PYTHON'
from PIL import Image

for name in ("chart.png", "strip.png", "shapes.png"):
    with Image.open(name) as picture:
        small = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    small.save(name, optimize=True)
PYTHON
