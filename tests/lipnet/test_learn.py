"""Learning: what is heard fits what is wanted, a course can be stopped, and it learns something."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is needed to learn")

from a2f_live.engine.embedded.features import FEATURES  # noqa: E402
from assets.lipnet.training.augment import SPEECH_LEVEL_DB, Augment, Chances  # noqa: E402
from assets.lipnet.training.batches import HOP, Batches  # noqa: E402
from assets.lipnet.training.controls import PHONE_CLASSES  # noqa: E402
from assets.lipnet.training.learn import Course, Learner  # noqa: E402
from assets.lipnet.training.network import Shape  # noqa: E402
from assets.lipnet.training.noises import noises  # noqa: E402
from assets.lipnet.training.pack import STEP, Pack, load  # noqa: E402
from assets.lipnet.training.throats import warped  # noqa: E402

SHAPE = Shape(channels=16, dilations=(1, 2))
COURSE = Course(steps=80, rate=1e-2, clips=4, seconds=1.0, warm_up=3, noises=20, save_every=10)
QUIET = Chances(clean=1.0, telephone_code=0.0, clipped=0.0)


def toy(clips: int = 3, seconds: float = 2.0) -> Pack:
    """Half a second of a tone that is an AA, half a second of silence, and so on."""
    points = int(seconds * 100)
    loud = np.arange(points) // 50 % 2 == 0
    tone = np.sin(np.arange(points * STEP) * 2 * np.pi * 300 / 16_000) * np.repeat(loud, STEP)
    phones = np.where(loud, PHONE_CLASSES.index("AA"), 0).astype(np.uint8)
    lips = np.stack((np.where(loud, 10.0, 0.0), np.zeros(points)), 1).astype(np.float16)
    return Pack(
        samples=np.tile((tone * 8000).astype(np.int16), clips),
        phones=np.tile(phones, clips),
        lips=np.tile(lips, (clips, 1)),
        starts=np.arange(clips + 1, dtype=np.int64) * points,
        weights=np.ones(clips, np.float32),
    )


def batches(seed: int = 1, seconds: float = 1.0, clips: int = 8) -> Batches:
    generator = torch.Generator().manual_seed(seed)
    sounds = torch.from_numpy(noises(3, seconds, 1))
    return Batches(toy(), seconds, clips, Augment(generator, sounds, QUIET), generator)


def test_a_pack_comes_back_from_its_file(tmp_path: Path) -> None:
    pack = toy()
    pack.save(tmp_path / "pack.npz")
    again = load(tmp_path / "pack.npz")
    assert np.array_equal(again.samples, pack.samples)
    assert again.seconds == 6.0


def test_phones_are_where_they_are_heard_at_every_rate() -> None:
    drawn = batches(clips=32).draw()
    assert drawn.samples.shape == (32, 16_000)
    level = drawn.samples.reshape(32, -1, HOP).square().mean(-1)
    loud = (level > level.amax(1, keepdim=True) / 4).float()
    said = (drawn.phones > 0).float()
    assert (loud == said).float().mean() > 0.93  # a row in the step that a tone begins in may be either


def test_a_throat_moves_what_is_heard_and_one_that_is_as_usual_moves_nothing() -> None:
    features = torch.randn(2, 5, FEATURES)
    assert torch.allclose(warped(features, torch.ones(2)), features, atol=0.02)
    peak = torch.zeros(1, 1, FEATURES)
    peak[..., 20] = 1.0
    assert warped(peak, torch.tensor([1.1]))[..., :48].argmax() > 20
    assert warped(peak, torch.tensor([0.9]))[..., :48].argmax() < 20
    assert torch.equal(warped(features, torch.tensor([0.9, 1.1]))[..., -2:], features[..., -2:])


def test_some_clips_are_noise_alone() -> None:
    drawn = batches(clips=256).draw()
    silent = (drawn.phones == 0).all(1)
    assert 0.01 < silent.float().mean() < 0.2
    assert (drawn.lips[silent] == 0).all()
    assert drawn.samples[silent].square().mean() > 0


def test_batches_are_repeatable() -> None:
    assert torch.equal(batches(3).draw().samples, batches(3).draw().samples)
    assert not torch.equal(batches(3).draw().samples, batches(4).draw().samples)


def test_what_is_done_to_a_voice_stays_within_bounds_and_moves_nothing() -> None:
    generator = torch.Generator().manual_seed(0)
    sounds = torch.from_numpy(noises(9, 1.0, 1))
    click = torch.zeros(64, 16_000)
    click[:, 8_000:8_160] = 0.5
    heard = Augment(generator, sounds, Chances(clean=0, noise=0, babble=0, room=1))(click)
    assert torch.isfinite(heard).all()
    assert heard.abs().max() <= 1
    assert ((heard.abs().argmax(1) - 8_080).abs() < 400).all()
    silence = Augment(generator, sounds)(torch.zeros(16, 16_000))
    assert torch.isfinite(silence).all()
    assert SPEECH_LEVEL_DB[0] < SPEECH_LEVEL_DB[1] < 0


def test_a_course_teaches_and_can_be_stopped_and_goes_on(tmp_path: Path) -> None:
    learner = Learner(toy(), SHAPE, COURSE, "cpu")
    first = {name: float(part) for name, part in learner.one_step().items()}
    learner.learn(tmp_path / "learned.pt")
    last = {name: float(part) for name, part in learner.one_step().items()}
    assert sum(last.values()) < 0.7 * sum(first.values())
    again = Learner(toy(), SHAPE, COURSE, "cpu")
    again.resume(tmp_path / "learned.pt")
    assert again.step == COURSE.steps
    for mine, theirs in zip(again.average.parameters(), learner.average.parameters(), strict=True):
        assert mine.shape == theirs.shape
    again.learn(tmp_path / "learned.pt")
    assert again.step == COURSE.steps
