"""Runs the console command as ``python -m a2f_live``."""

import sys

from a2f_live.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
