"""Builds the page before it is packed, so that an installed a2f-live needs no Node."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface[Any]):
    """Runs `web_demo/build.py` for everything that is packed; an editable install uses the checkout as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatch before it collects the files."""
        if version == "editable":
            return
        root = Path(self.root)
        subprocess.run([sys.executable, str(root / "web_demo" / "build.py")], check=True)
        if not (root / "web_demo" / "dist" / "index.html").is_file():
            self.app.display_warning("a2f-live is packed without its page: see above")
