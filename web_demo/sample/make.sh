#!/usr/bin/env bash
# Makes hello.wav, the sample that the page plays: needs Debian's flite and sox.
set -euo pipefail
cd "$(dirname "$0")"
flite -voice slt -o raw.wav -t "Hello! I am a face that follows your voice. People who believe in music
move their lips before we hear them. Five brave foxes whisper, and you may watch my mouth all the while."
sox raw.wav -b 16 -r 16000 hello.wav norm -3 pad 0.1 0.4
rm raw.wav
