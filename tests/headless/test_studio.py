"""Where takes are made: one at a time, the last few kept, and nothing left behind."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from a2f_live.engine.base import EngineInfo, Result, Window
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.fake import FakeEngine, FakeOptions
from a2f_live.errors import EngineError, EngineFailed, EngineTimeout, FileError, ServerFull
from a2f_live.headless import studio as module
from a2f_live.headless.studio import Closing, Studio
from a2f_live.take import Direction
from tests.cli.audio import voice

FPS = Fraction(30)


class Slow:
    """An engine that answers when it is let, and counts."""

    def __init__(self) -> None:
        self._engine = FakeEngine(FakeOptions())
        self.calls = self.windows = 0
        self.asked, self.let = Event(), Event()
        self.closed = 0

    @property
    def info(self) -> EngineInfo:
        return self._engine.info

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        self.calls += 1
        self.windows += len(batch)
        self.asked.set()
        assert self.let.wait(30)
        return self._engine.infer(batch)

    def abort(self) -> None:
        self.let.set()

    def close(self) -> None:
        self.closed += 1


async def test_a_take_is_made_once_for_all_pieces(tmp_path: Path) -> None:
    engine, path = Slow(), voice(tmp_path / "a.wav", 0.5)
    engine.let.set()
    studio = Studio(engine)
    first = await studio.curve(path, FPS, Direction())
    calls = engine.calls
    assert await studio.curve(path, Fraction(15), Direction()) is first  # of the same density
    assert await studio.curve(path, FPS, Direction()) is first
    assert engine.calls == calls
    assert await studio.curve(path, FPS, Direction(emotions={"joy": 1.0})) is not first
    assert engine.calls > calls
    await studio.close()
    assert engine.closed == 1


async def test_another_file_under_the_same_name_is_another_take(tmp_path: Path) -> None:
    studio, path = Studio(EmbeddedEngine()), voice(tmp_path / "a.wav", 0.5)
    first = await studio.curve(path, FPS, Direction())
    voice(tmp_path / "b.wav", 0.7).replace(path)
    second = await studio.curve(path, FPS, Direction())
    assert (first.duration_s, second.duration_s) == (Fraction(1, 2), Fraction(7, 10))
    await studio.close()


@pytest.mark.parametrize("room_bytes", [module.ROOM_BYTES, 0])
async def test_only_the_last_few_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room_bytes: int) -> None:
    monkeypatch.setattr(module, "ROOM_BYTES", room_bytes)
    studio, path = Studio(FakeEngine(FakeOptions())), voice(tmp_path / "a.wav", 0.2)
    takes = [await studio.curve(path, FPS, Direction(seed=seed)) for seed in range(module.KEPT + 2)]
    assert (await studio.curve(path, FPS, Direction(seed=module.KEPT + 1))) is takes[-1]
    assert (await studio.curve(path, FPS, Direction(seed=module.KEPT)) is takes[-2]) == (room_bytes > 0)
    assert await studio.curve(path, FPS, Direction(seed=0)) is not takes[0]
    await studio.close()


async def test_too_many_waiting_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    engine, path = Slow(), voice(tmp_path / "a.wav", 0.2)
    studio = Studio(engine)
    waiting = [asyncio.create_task(studio.curve(path, FPS, Direction(seed=seed))) for seed in range(2)]
    await asyncio.to_thread(engine.asked.wait, 30)
    with pytest.raises(ServerFull, match="later"):
        await studio.duration_s(path)
    engine.let.set()
    assert len(await asyncio.gather(*waiting)) == 2
    assert await studio.duration_s(path) == Fraction(1, 5)
    await studio.close()


async def test_closing_ends_the_take_that_is_being_made(tmp_path: Path) -> None:
    engine, path = Slow(), voice(tmp_path / "a.wav", 20.0)
    studio = Studio(engine)
    takes = [asyncio.create_task(studio.curve(path, FPS, Direction(seed=seed))) for seed in range(2)]
    await asyncio.to_thread(engine.asked.wait, 30)
    await studio.close()
    assert [type(error) for error in await asyncio.gather(*takes, return_exceptions=True)] == [Closing, Closing]
    assert engine.closed == 1


class Stubborn(Slow):
    """Hangs until it is told to give up; what it was doing then fails."""

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        hangs = not self.let.is_set()
        results = super().infer(batch)
        if hangs:
            raise EngineTimeout("aborted")
        return results


async def test_an_engine_that_hangs_is_told_to_give_up_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STALLED_S", 0.01)
    engine = Stubborn()
    studio = Studio(engine)
    curve = await studio.curve(voice(tmp_path / "a.wav", 0.5), FPS, Direction())
    assert len(curve.weights) == 30
    await studio.close()


class Once(Slow):
    """Fails its second call."""

    failed = 0
    """Windows of that call."""

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        results = super().infer(batch)
        if self.calls == 2:
            self.failed = len(batch)
            raise EngineFailed("once")
        return results


async def test_a_fault_costs_one_call_and_not_the_take(tmp_path: Path) -> None:
    path, curves = voice(tmp_path / "a.wav", 20.0), []
    well, troubled = Slow(), Once()
    for engine in (well, troubled):
        engine.let.set()
        studio = Studio(engine)
        curves.append((await studio.curve(path, FPS, Direction())).weights)
        await studio.close()
    assert np.array_equal(curves[0], curves[1])
    assert well.windows > 2 * troubled.failed > 0
    assert troubled.windows == well.windows + troubled.failed


async def test_closing_ends_a_call_that_hangs_and_none_follows(tmp_path: Path) -> None:
    engine = Stubborn()
    studio = Studio(engine)
    take = asyncio.create_task(studio.curve(voice(tmp_path / "a.wav", 0.5), FPS, Direction()))
    await asyncio.to_thread(engine.asked.wait, 30)
    await studio.close()
    with pytest.raises(Closing):
        await take
    assert engine.calls == 1


class Deaf(Slow):
    """Forgets an abort that comes before its call has begun."""

    def __init__(self) -> None:
        super().__init__()
        self.told = Event()

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        self.asked.set()
        assert self.told.wait(30)
        self.let.clear()
        return super().infer(batch)

    def abort(self) -> None:
        super().abort()
        self.told.set()


async def test_closing_ends_a_call_that_was_just_about_to_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ABORT_EVERY_S", 0.01)
    engine = Deaf()
    studio = Studio(engine)
    take = asyncio.create_task(studio.curve(voice(tmp_path / "a.wav", 9.0), FPS, Direction()))
    await asyncio.to_thread(engine.asked.wait, 30)
    async with asyncio.timeout(15):
        await studio.close()
    with pytest.raises(Closing):
        await take
    assert engine.closed == 1


async def test_an_engine_that_fails_again_and_again_is_told_of(tmp_path: Path) -> None:
    studio = Studio(FakeEngine(FakeOptions(fail_every=1)))
    with pytest.raises(EngineError):
        await studio.curve(voice(tmp_path / "a.wav", 0.5), FPS, Direction())
    await studio.close()


async def test_a_request_that_was_given_up_leaves_no_trace(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = Slow()
    studio = Studio(engine)
    take = asyncio.create_task(studio.curve(voice(tmp_path / "a.wav", 9.0), FPS, Direction()))
    await asyncio.to_thread(engine.asked.wait, 30)
    take.cancel()
    with pytest.raises(asyncio.CancelledError):
        await take
    await studio.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert not caplog.records


async def test_what_is_no_sound_is_said(tmp_path: Path) -> None:
    studio = Studio(FakeEngine(FakeOptions()))
    (tmp_path / "x.wav").write_bytes(b"RIFF")
    for call in (studio.duration_s(tmp_path / "x.wav"), studio.curve(tmp_path / "none.wav", FPS, Direction())):
        with pytest.raises(FileError):
            await call
    await studio.close()


async def test_a_take_is_what_its_direction_says(tmp_path: Path) -> None:
    studio, path = Studio(EmbeddedEngine()), voice(tmp_path / "a.wav", 1.0)
    plain = await studio.curve(path, FPS, Direction())
    for changed in (
        Direction(gain=0.1),
        Direction(emotions={"anger": 1.0}),
        Direction(idle="speech"),
        replace(Direction(), lookahead_ms=0),
    ):
        assert not np.array_equal((await studio.curve(path, FPS, changed)).weights, plain.weights), changed
    await studio.close()
