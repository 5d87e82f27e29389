"""The face for LiveKit agents in sessions of theirs, with no room server: the room is a fake, the session is not."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip(
    "livekit.agents", reason="livekit-agents is needed, in an environment of its own: pip install -e '.[livekit,dev]'"
)

from livekit import rtc
from livekit.agents import Agent, AgentSession, APIConnectOptions, tts
from livekit.agents.voice.io import AudioOutput, AudioOutputCapabilities
from livekit.rtc.participant import PublishDataError

import a2f_live.integrations.livekit as integration
from a2f_live.config import AudioFormat
from a2f_live.errors import ConfigError
from a2f_live.integrations.livekit import FaceOutput
from tests.client.server import FakeServer
from tests.integrations.helpers import FPS, Show, chunks, offset_s, reference, voice
from tests.server.helpers import PATIENCE_S, serving, until

RATE_HZ = 22_050
LOOK_S = 0.01
OPTIONS = APIConnectOptions()


class Voice(tts.TTS):  # type: ignore[misc,unused-ignore]
    """Says what was put in, whatever the text is."""

    def __init__(self, *sounds: bytes) -> None:
        super().__init__(capabilities=tts.TTSCapabilities(streaming=False), sample_rate=RATE_HZ, num_channels=1)
        self.sounds = list(sounds)

    def synthesize(self, text: str, *, conn_options: Any = OPTIONS) -> Any:
        return Utterance(tts=self, input_text=text, conn_options=conn_options)


class Utterance(tts.ChunkedStream):  # type: ignore[misc,unused-ignore]
    async def _run(self, output_emitter: Any) -> None:
        output_emitter.initialize(request_id="1", sample_rate=RATE_HZ, num_channels=1, mime_type="audio/pcm")
        for part in chunks(self._tts.sounds.pop(0), RATE_HZ):
            output_emitter.push(part)
        output_emitter.flush()


class Speaker(AudioOutput):  # type: ignore[misc,unused-ignore]
    """Plays on a clock of its own, which only goes on while audio is heard; the listener looks every 10 ms.

    It plays no audio before the frames of it were told: time stands still while a machine is slow.
    """

    def __init__(self, show: Show) -> None:
        super().__init__(label="speaker", capabilities=AudioOutputCapabilities(pause=True), sample_rate=None)
        self.show = show
        self.now_s = 1_000.0
        self.left_s = 0.0
        self.at_s = 0.0
        """Second of the segment that is heard next."""
        self.begun = self.whole = self.paused = False
        self.stop_at_s = np.inf
        self.heard: list[tuple[float, float]] = []
        """Time, and second of the segment, of every look."""
        self.reports: list[Any] = []
        self.waits_for_frames = True
        self.on("playback_finished", lambda event: self.reports.append((event.playback_position, event.interrupted)))

    def time(self) -> float:
        return self.now_s

    async def capture_frame(self, frame: Any) -> None:
        await super().capture_frame(frame)
        self.left_s += frame.duration

    def flush(self) -> None:
        super().flush()
        self.whole = self.begun or self.left_s > 0

    def clear_buffer(self) -> None:
        if self.whole:
            self._finish(interrupted=True)

    def pause(self) -> None:
        super().pause()
        self.paused = True

    def resume(self) -> None:
        super().resume()
        self.paused = False

    async def play(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(0)
            if self.left_s < LOOK_S and self.whole:
                self._finish(interrupted=False)
            if self.left_s < LOOK_S or self.paused or self.now_s >= self.stop_at_s:
                continue
            if not self.begun:
                self.begun = True
                self.on_playback_started(created_at=self.now_s)
            if self.waits_for_frames and not self._is_told():
                continue
            self.heard.append((self.now_s, self.at_s))
            self.show.look(self.now_s)
            self.pass_s(LOOK_S)
            self.at_s += LOOK_S
            self.left_s -= LOOK_S

    def pass_s(self, seconds: float, *, look: bool = False) -> None:
        for _ in range(round(seconds / LOOK_S)):
            self.now_s += LOOK_S
            if look:
                self.show.look(self.now_s)

    def _is_told(self) -> bool:
        turn = max((m["utterance"] for m in self.show.told if m["type"] == "playing"), default=None)
        told = [m for m in self.show.told if m["utterance"] == turn]
        ends_s = max((m["time"] + m["count"] / FPS for m in told if m["type"] == "frames"), default=0.0)
        return any(m["type"] in ("flushed", "cleared") for m in told) or self.at_s + LOOK_S < ends_s

    def _finish(self, *, interrupted: bool) -> None:
        at_s, self.at_s, self.left_s, self.begun, self.whole = self.at_s, 0.0, 0.0, False, False
        self.on_playback_finished(playback_position=at_s, interrupted=interrupted)


class FakeRoom:
    """A room whose other participant is a listener."""

    def __init__(self, hear: Callable[[dict[str, Any]], None]) -> None:
        self.hear = hear
        self.largest_bytes = 0
        self.away = False
        self.local_participant = SimpleNamespace(publish_data=self._publish)

    async def _publish(self, payload: str, *, reliable: bool, topic: str) -> None:
        assert reliable
        assert topic == "a2f"
        if self.away:
            raise PublishDataError("the room is away")
        self.largest_bytes = max(self.largest_bytes, len(payload.encode()))
        self.hear(json.loads(payload))


@asynccontextmanager
async def agent(
    monkeypatch: pytest.MonkeyPatch, url: str, sounds: list[bytes], **options: Any
) -> AsyncIterator[tuple[Any, Speaker, FaceOutput, FakeRoom]]:
    show = Show()
    speaker = Speaker(show)
    room = FakeRoom(lambda message: show.hear(message, speaker.now_s))
    monkeypatch.setattr(integration, "time", speaker)
    session = AgentSession(tts=Voice(*sounds))
    session.output.audio = speaker
    await session.start(Agent(instructions="none"))
    face = FaceOutput.attach(session, room, url, **options)  # type: ignore[arg-type,unused-ignore]
    playing = asyncio.create_task(speaker.play())
    try:
        yield session, speaker, face, room
    finally:
        speaker.stop_at_s, speaker.waits_for_frames = np.inf, False
        await session.aclose()
        await face.aclose()
        playing.cancel()
        await asyncio.wait({playing})


@pytest.mark.parametrize("hold_audio", [False, True], ids=["passed on", "held"])
async def test_a_turn_of_ten_seconds_is_interrupted_after_four(
    hold_audio: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = voice(10, RATE_HZ), voice(3, RATE_HZ, seed=1)
    options = {"hold_audio": hold_audio, "hold_limit_ms": 10_000}
    async with (
        serving(engine="embedded") as server,
        agent(monkeypatch, server.url.replace("http", "ws"), [first, second], **options) as parts,
        asyncio.timeout(3 * PATIENCE_S),
    ):
        session, speaker, _, room = parts
        show, begins_s = speaker.show, speaker.now_s
        speaker.stop_at_s = begins_s + 4.0
        said = session.say("ten seconds")
        await until(lambda: speaker.now_s >= speaker.stop_at_s)
        before = [(at_s - begins_s, face) for at_s, turn, face in show.faces if turn == 1]
        told_s = speaker.now_s
        await session.interrupt()
        await until(lambda: "cleared" in show.kinds(1) and "played" in show.kinds(1))
        looks, told = len(show.faces), len(show.told)
        speaker.pass_s(0.25, look=True)
        after, at_rest = show.faces[looks:], show.look(told_s + 0.25)
        await said
        speaker.stop_at_s, second_s = np.inf, speaker.now_s
        await session.say("three seconds")
        late = show.told[told:]

    assert said.interrupted
    assert speaker.reports == [(pytest.approx(4.0, abs=0.02), True), (pytest.approx(3.0, abs=0.02), False)]
    times, weights = reference(first, RATE_HZ)
    assert len(before) > 380
    assert abs(offset_s([at_s for at_s, _ in before][20:], [face for _, face in before][20:], times, weights)) <= 0.04
    assert not [turn for _, turn, _ in after if turn is not None], "nothing of the old turn is shown"
    assert not [message for message in late if message["utterance"] == 1], "nothing of the old turn is told"
    assert max(face.max() for _, _, face in after[:3]) > 0.05, "the mouth was open"
    assert at_rest.max() == 0.0
    times, weights = reference(second, RATE_HZ)
    shown = [(at_s - second_s, face) for at_s, turn, face in show.faces if turn == 2][20:]
    assert len(shown) > 250
    assert abs(offset_s([at_s for at_s, _ in shown], [face for _, face in shown], times, weights)) <= 0.04
    assert room.largest_bytes < 4096


async def test_pause_holds_the_face_and_resume_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeServer().running() as server, agent(monkeypatch, server.url, [bytes(4 * RATE_HZ)]) as parts:
        session, speaker, face, _ = parts
        begins_s = speaker.now_s
        speaker.stop_at_s = begins_s + 1.0
        said = session.say("two seconds")
        await until(lambda: speaker.now_s >= speaker.stop_at_s)
        session.output.audio.pause()
        await until(lambda: "paused" in speaker.show.kinds(1))
        speaker.pass_s(0.5)
        stands_s = speaker.show.listener.position_s(1, speaker.now_s)
        session.output.audio.resume()
        await until(lambda: speaker.show.kinds(1).count("playing") == 2)
        goes_on_s = speaker.show.listener.position_s(1, speaker.now_s)
        speaker.stop_at_s = np.inf
        async with asyncio.timeout(PATIENCE_S):
            await said
    assert stands_s == pytest.approx(1.0, abs=0.02)
    assert goes_on_s == pytest.approx(1.0, abs=0.1)
    assert face.can_pause


async def test_audio_that_ran_dry_takes_the_face_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports of the next output say where the audio stands after a gap."""
    async with FakeServer().running() as server, agent(monkeypatch, server.url, [bytes(4 * RATE_HZ)]) as parts:
        session, speaker, _, _ = parts
        speaker.stop_at_s = speaker.now_s + 1.0
        said = session.say("two seconds")
        await until(lambda: speaker.now_s >= speaker.stop_at_s)
        speaker.pass_s(0.5)  # a gap
        speaker.on_playback_progressed(started_at=speaker.now_s - 1.5, offset=0.0, duration=1.0)
        await until(lambda: speaker.show.kinds(1).count("playing") == 2)
        position_s = speaker.show.listener.position_s(1, speaker.now_s)
        speaker.stop_at_s = np.inf
        async with asyncio.timeout(PATIENCE_S):
            await said
    assert position_s == pytest.approx(1.0)


async def test_what_is_still_held_is_reported_as_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def deaf(*_: Any) -> list[Any]:
        return []

    async with FakeServer(deaf).running() as server:
        options = {"hold_audio": True, "hold_limit_ms": 600_000}
        async with agent(monkeypatch, server.url, [bytes(2 * RATE_HZ)], **options) as parts:
            session, speaker, face, _ = parts
            said = session.say("one second")
            await until(lambda: face.captured_playout_segments == 1)
            await session.interrupt()
            async with asyncio.timeout(PATIENCE_S):
                await said
            event = await face.wait_for_playout()
    assert event.interrupted
    assert event.playback_position == 0.0
    assert speaker.heard == []


async def test_without_a_server_or_a_room_the_agent_speaks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sounds = [bytes(2 * RATE_HZ), bytes(2 * RATE_HZ)]
    async with agent(monkeypatch, "ws://127.0.0.1:9", sounds, hold_audio=True, hold_limit_ms=50) as parts:
        session, speaker, _, room = parts
        speaker.waits_for_frames = False
        async with asyncio.timeout(PATIENCE_S):
            await session.say("one second")
            room.away = True
            await session.say("one second")
            await until(lambda: "the room was not told" in caplog.text)
    assert speaker.reports == [(pytest.approx(1.0, abs=0.02), False)] * 2
    assert "no face" in caplog.text


async def test_audio_in_is_that_of_the_frames_and_passes_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeServer().running() as server, agent(monkeypatch, server.url, []) as parts:
        _, speaker, face, _ = parts
        frame = rtc.AudioFrame(b"\1\2" * 480, 48_000, 2, 240)
        passed: list[Any] = []

        async def take(frame: Any) -> None:
            passed.append(frame)

        monkeypatch.setattr(speaker, "capture_frame", take)
        await face.capture_frame(frame)
        await until(lambda: bool(server.sessions) and bool(server.sessions[-1].audio))
    assert passed == [frame]
    assert server.sessions[-1].config.audio == AudioFormat(sample_rate=48_000, channels=2)


async def test_a_session_without_output_cannot_have_a_face() -> None:
    session: Any = AgentSession()
    with pytest.raises(ConfigError, match=r"after session\.start"):
        FaceOutput.attach(session, FakeRoom(lambda _: None))  # type: ignore[arg-type,unused-ignore]
