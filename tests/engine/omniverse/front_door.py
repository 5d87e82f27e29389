"""The headless front door of this package as a program that can be told to answer nonsense.

It takes Omniverse's arguments. While a file with the number of its port lies in the folder `FAULTS`, its exports hold
what is no number.
"""

import math
import os
import sys
from pathlib import Path
from typing import Any

from a2f_live.cli.main import main
from a2f_live.headless import export_calls
from a2f_live.outputs.bsweight import exported
from tests.engine.omniverse.app import PORT_ARGUMENT


def perhaps_nonsense(*told: Any) -> dict[str, Any]:
    document = dict(exported(*told))
    if flag.exists():
        document["weightMat"] = [[math.nan] * len(document["facsNames"])] * len(document["weightMat"])
    return document


if __name__ == "__main__":
    port = next(found[1] for argument in sys.argv if (found := PORT_ARGUMENT.fullmatch(argument)))
    flag = Path(os.environ["FAULTS"]) / port
    setattr(export_calls, "exported", perhaps_nonsense)  # noqa: B010 - it is not made to be changed
    sys.argv = ["a2f-live", "headless", "--kit", *sys.argv[1:]]
    sys.exit(main())
