#!/usr/bin/env bash
# Stands in for Omniverse's audio2face_headless.sh: takes its arguments, such as
#   a2f_headless.sh --/exts/omni.services.transport.server.http/port=8190
# and starts `a2f-live headless`. Name it in A2F_HEADLESS_SCRIPT. A2F_LIVE_PYTHON names the Python that has a2f-live;
# without it, that is looked for around this script, then on the PATH. Options: A2F_LIVE_HEADLESS_ENGINE and so on, see
# `a2f-live headless --help`.
set -euo pipefail

start() { exec "$1" -m a2f_live headless --kit "${@:2}"; }

can() { [ -x "$1" ] && "$1" -c 'import a2f_live' >/dev/null 2>&1; }

if [ -n "${A2F_LIVE_PYTHON:-}" ]; then
  start "$A2F_LIVE_PYTHON" "$@"
fi

folder=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
while [ "$folder" != / ]; do
  for python in "$folder/.venv/bin/python" "$folder/bin/python"; do
    if can "$python"; then start "$python" "$@"; fi
  done
  folder=$(dirname -- "$folder")
done

if command -v a2f-live >/dev/null; then
  exec a2f-live headless --kit "$@"
fi
for name in python3 python; do
  python=$(command -v "$name" || true)
  if [ -n "$python" ] && can "$python"; then start "$python" "$@"; fi
done

echo "a2f_headless.sh: no Python with a2f-live was found: pip install a2f-live, or set A2F_LIVE_PYTHON" >&2
exit 1
