"""Makes the pictures of the page small: `shrink.py FOLDER` turns its `page-*.png` into 256 colours."""

import sys
from pathlib import Path

from PIL import Image


def main(folder: str) -> None:
    """Rewrite each that has more colours."""
    for path in sorted(Path(folder).glob("page-*.png")):
        with Image.open(path) as picture:
            if picture.mode == "P":
                continue
            small = picture.convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG)
        small.save(path, optimize=True)
        print(f"{path.name}: {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
