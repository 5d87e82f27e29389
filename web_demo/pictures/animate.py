"""Pictures of a folder to one animated WebP: `animate.py FOLDER FILE PICTURES_A_SECOND`."""

import sys
from pathlib import Path

from PIL import Image


def main(folder: str, file: str, per_second: str) -> None:
    """Write the film; it begins anew at its end."""
    first, *others = [Image.open(path).convert("RGB") for path in sorted(Path(folder).glob("*.png"))]
    duration_ms = round(1000 / float(per_second))
    first.save(file, save_all=True, append_images=others, duration=duration_ms, loop=0, quality=62, method=6)
    print(f"{file}: {len(others) + 1} pictures, {Path(file).stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
