"""The load of `a2f-live bench`: many live streams at once against one server, and how late their frames come.

Every stream sends 20 ms messages by the clock, each when its audio would have been spoken. The *added latency* of a
frame at `t` is the time from the sending of the message that holds the last sample which it needs (`t` + look-ahead) to
the arrival of the frame: all that server, engine and network add to the look-ahead.

A load that is heavier than the server that it measures measures itself. So one task sends for all streams, messages are
made before it begins, and frames are only noted while they come: what they say is read afterwards.
"""

from a2f_live.client.load.report import LoadReport, percentiles_ms
from a2f_live.client.load.run import run
from a2f_live.client.load.speech import MESSAGES_HZ, RATE_HZ, LoadPlan

__all__ = ["MESSAGES_HZ", "RATE_HZ", "LoadPlan", "LoadReport", "percentiles_ms", "run"]
