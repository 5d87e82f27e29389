"""Where the frames received stand, so that none is given twice after a resume."""

from a2f_live.frames import Frames


class Position:
    """The last frame received. Frames between utterances are counted apart: their index begins anew each time."""

    def __init__(self) -> None:
        self.utterance = 0
        self.index = -1
        """Index of the last frame of the utterance, -1 for none."""
        self._idle = (0, -1)

    def fresh(self, frames: Frames) -> Frames | None:
        """The frames less those that were received before; none if all were."""
        last = (frames.utterance, frames.index + frames.count - 1)
        seen = self._idle if frames.idle else (self.utterance, self.index)
        if last <= seen:
            return None
        if frames.idle:
            self._idle = last
        else:
            self.utterance, self.index = last
            self._idle = (0, -1)
        return frames.without_first(seen[1] + 1 - frames.index) if seen[0] == frames.utterance else frames
