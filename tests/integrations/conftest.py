"""The frameworks warn of what they use themselves, no fault of ours: they are imported here first, in silence."""

import importlib
import warnings
from contextlib import suppress

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for name in (
        *("pipecat.tests.utils", "pipecat.transports.base_output", "pipecat.processors.frameworks.rtvi.models"),
        *("livekit.agents", "livekit.agents.testing"),
    ):
        with suppress(ImportError):
            importlib.import_module(name)
