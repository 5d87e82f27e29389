"""Filling: whatever a run left behind, the next one makes exactly what is missing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from assets.lipnet.training.corpus import INDEX, read_index, write_index
from assets.lipnet.training.fill import DROPPED, PATIENCE, SOUND, TIMES, Made, Spoken, fill
from assets.lipnet.training.phones import Phone
from assets.lipnet.training.plan import Utterance
from assets.lipnet.training.settings import RATE_HZ
from assets.lipnet.training.trouble import TroubleError

PHONES = [Phone(0.1, 0.2, "M"), Phone(0.2, 0.4, "AA"), Phone(0.4, 0.45, "P")]
SOUNDING = np.concatenate([np.zeros(1600), np.full(5600, 0.2), np.zeros(800)]).astype(np.float32)
"""Half a second: a word between silences."""


def planned() -> Iterator[Utterance]:
    yield from (Utterance("fake", (("someone", 1.0),), 1.0, f"Number {number}.") for number in range(1000))


class Speaker:
    """Remembers what it was asked to say, cannot be placed when it is told so, and fails after a while."""

    def __init__(self, misheard: tuple[int, ...] = (), fails_after: int = 10_000) -> None:
        self.said: list[int] = []
        self._misheard, self._fails_after = misheard, fails_after

    def __call__(self, utterance: Utterance) -> Callable[[], Spoken]:
        number = int(utterance.text.strip("Number ."))
        if len(self.said) >= self._fails_after:
            raise KeyboardInterrupt
        self.said.append(number)
        spoken = Spoken(SOUNDING, None if number in self._misheard else PHONES)
        return lambda: spoken


def files(speech: Path, kind: str) -> int:
    return len(list(speech.rglob(f"*{kind}")))


def test_it_ends_when_there_is_enough(tmp_path: Path) -> None:
    speaker = Speaker()
    made = list(fill(tmp_path, planned(), 2.2, speaker))
    assert speaker.said == [0, 1, 2, 3, 4]
    assert [clip.seconds for clip in made] == [0.5] * 5
    assert (files(tmp_path, SOUND), files(tmp_path, TIMES)) == (5, 5)


def test_what_is_there_is_not_made_again_and_more_goes_on(tmp_path: Path) -> None:
    list(fill(tmp_path, planned(), 2.0, Speaker(misheard=(1,))))
    again, more = Speaker(), Speaker()
    assert not any(clip.fresh for clip in fill(tmp_path, planned(), 2.0, again))
    made = list(fill(tmp_path, planned(), 3.0, more))
    assert again.said == []
    assert more.said == [5, 6]
    assert sum(clip.seconds for clip in made) == 3.0


@pytest.mark.parametrize("left", [TIMES, SOUND + ".part", TIMES + ".part"])
def test_a_clip_that_broke_off_is_made_anew(tmp_path: Path, left: str) -> None:
    """Killed before the phones were written, or in the middle of any file."""
    with pytest.raises(KeyboardInterrupt):
        list(fill(tmp_path, planned(), 5.0, Speaker(fails_after=3)))
    last = next(utterance for utterance in planned() if utterance.text == "Number 2.")
    (tmp_path / (last.name + TIMES)).unlink()
    if left.endswith(".part"):
        (tmp_path / (last.name + left)).write_bytes(b"half")
    speaker = Speaker()
    list(fill(tmp_path, planned(), 2.0, speaker))
    assert speaker.said == [2, 3]
    assert files(tmp_path, ".part") == 0


def test_a_dropped_clip_says_why_and_counts_for_nothing(tmp_path: Path) -> None:
    made = list(fill(tmp_path, planned(), 1.0, Speaker(misheard=(0,))))
    assert [clip.seconds for clip in made] == [0.0, 0.5, 0.5]
    assert [path.read_text() for path in tmp_path.rglob(f"*{DROPPED}")] == ["not aligned\n"]


def test_where_nearly_all_is_dropped_it_gives_up(tmp_path: Path) -> None:
    speaker = Speaker(misheard=tuple(range(1000)))
    with pytest.raises(TroubleError, match="had to be dropped"):
        list(fill(tmp_path, planned(), 1.0, speaker))
    assert len(speaker.said) == PATIENCE + 1


def test_the_index_lists_what_was_kept_and_leads_to_it(tmp_path: Path) -> None:
    speech = tmp_path / "speech"
    made: list[Made] = list(fill(speech, planned(), 1.0, Speaker(misheard=(1,))))
    write_index(tmp_path, made)
    clips = read_index(tmp_path)
    assert [clip.text for clip in clips] == ["Number 0.", "Number 2."]
    assert (clips[0].source, clips[0].voice, clips[0].style, clips[0].split) == (
        ("fake", "someone", "someone:1", "train")
    )
    assert clips[0].seconds == len(clips[0].samples(speech)) / RATE_HZ == clips[0].phones(speech)[-1].end_s
    assert [phone.name for phone in clips[0].phones(speech)] == ["SIL", "M", "AA", "P", "SIL"]
    assert (tmp_path / INDEX).read_text().startswith("file\tsource\t")
