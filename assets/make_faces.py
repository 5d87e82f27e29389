"""Makes the characters of the demo page from public-domain data: `python -m assets.make_faces [NAME ...]`."""

import argparse
import sys
from pathlib import Path

from assets.faces.making import characters
from assets.faces.making.build import build


def main() -> int:
    """Make all characters, or those named; 1 if something pokes through another in any pose."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which characters; all when none is named")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent / "faces", help="where to write")
    parser.add_argument("--texture", type=int, default=2048, help="side of the skin's picture; 1024 for a draft")
    parser.add_argument("--unchecked", action="store_true", help="do not look for what pokes through; saves a minute")
    arguments = parser.parse_args()
    findings = 0
    for recipe in characters.ALL:
        if arguments.names and recipe.name not in arguments.names:
            continue
        for finding in build(recipe, arguments.folder, texture=arguments.texture, checked=not arguments.unchecked):
            print(f"  {recipe.name}, {finding.pose}: {finding.what}, {finding.depth_mm:.2f} mm", file=sys.stderr)
            findings += 1
    return min(findings, 1)


if __name__ == "__main__":
    sys.exit(main())
