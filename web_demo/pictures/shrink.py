"""Makes the pictures of the page small: `shrink.py FOLDER` turns its `page-*.png` into WebP."""

import sys
from pathlib import Path

from PIL import Image

QUALITY = 88


def main(folder: str) -> None:
    """Rewrite each; the original goes."""
    for path in sorted(Path(folder).glob("page-*.png")):
        small = path.with_suffix(".webp")
        with Image.open(path) as picture:
            picture.convert("RGB").save(small, quality=QUALITY, method=6)
        path.unlink()
        print(f"{small.name}: {small.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
