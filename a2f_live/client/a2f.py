"""The client that programs for Audio2Face know: audio in a file, blendshapes of any stretch of it out.

The names, arguments and results are those of the package `a2f-client` 0.1.3. Unlike all else in this folder it can do
without a server: then it makes an engine in this process, so it alone here may know engines.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self
from urllib.parse import urlsplit

from a2f_live.audio.files import AudioFile, open_audio
from a2f_live.client.options import Rate, frame_rate
from a2f_live.client.rest_door import is_rest_door
from a2f_live.client.sync import connect_sync
from a2f_live.config import StreamConfig
from a2f_live.engine.registry import EngineSpec, create, parse_spec
from a2f_live.errors import ConfigError, LocalProtocolError
from a2f_live.frames import Frames
from a2f_live.outputs.bsweight import exported
from a2f_live.outputs.curve import Curve, curve_rate, exact
from a2f_live.outputs.merging import merge_blendshape_list, merge_blendshapes
from a2f_live.take import ANY_LOOKAHEAD_MS, Direction, record

__all__ = ["A2FClient", "merge_blendshape_list", "merge_blendshapes"]

DEFAULT_PORT: Final = 8000
DRIVEN: Final = ("localhost", "127.0.0.1")
"""Where the engine `omniverse` looks for instances."""
PATIENT: Final = {"hop_ms": 3000, "min_fps": 30, "timeout_s": 120.0}
"""How it exports where nobody waits for each frame: much at a time, and never fewer frames."""
HEARS: Final = ("prosody", "auto_emotion")
"""Channels of an engine of which one is needed to find emotions in a voice."""


class Performer(Protocol):
    """Turns a sound into motion."""

    def perform(self, sound: AudioFile, rate: Fraction, emotions: Mapping[str, float], auto_emotion: bool) -> Curve:
        """Give the curve of the whole sound. Raises `A2FError`."""
        ...

    def close(self) -> None:
        """Give back what it holds. Safe to call twice."""
        ...


class A2FClient:
    """Blendshapes of sound files, by an engine in this process, or by a server if `base_url` is given.

    `output_dir`, `usd_model` and `headless_script` are there for the sake of old code: with an engine of ours no file
    is exchanged, no scene loaded, no program started. `port` belongs to `base_url`. A context manager that gives the
    engine back.

    If what answers at `base_url` is Audio2Face itself (or `a2f-live headless`), as under `http://localhost` and 8190,
    the defaults of old, it is driven by the engine `omniverse`, which plays it the sound piece by piece: the weights
    come as Audio2Face gives them, without a correction of their lead, and `usd_model` is loaded if it has no scene yet.
    One that dies meanwhile is started anew where its script is known. That goes on this machine alone; elsewhere a take
    raises `ConfigError`.
    """

    def __init__(
        self,
        output_dir: str | None = None,
        usd_model: str | None = None,
        headless_script: str | None = None,
        base_url: str | None = None,
        port: int | str = DEFAULT_PORT,
        *,
        engine: str = "embedded",
        token: str | None = None,
    ) -> None:
        """`engine` is `NAME` or `NAME:OPTION=VALUE,...`; with a server it is one of that server's.

        Raises `ConfigError` and `EngineUnavailable`.
        """
        self.output_dir = output_dir
        self.usd_model = usd_model
        self.headless_script = headless_script
        self.port = port
        self.base_url = base_url
        self.duration: float | None = None
        """Seconds of the audio that was set."""
        self._path: Path | None = None
        self._emotions: dict[str, float] = {}
        self._curves: dict[tuple[Any, ...], Curve] = {}
        self._performer: Performer = (
            Local(parse_spec(engine)) if base_url is None else Remote(url_of(base_url, port), token, usd_model)
        )

    def set_audio(self, audio_source: str | Path) -> None:
        """Take a sound file (WAV, FLAC, OGG or MP3). Raises `FileError`."""
        path = Path(audio_source)
        with open_audio(path) as sound:
            samples = sum(len(block) for block in sound.blocks())
            self.duration = float(Fraction(samples, sound.sample_rate))
        self._path = path.absolute()
        self._curves = {}

    def set_emotions(self, emotions: Mapping[str, float] | None = None) -> None:
        """Feel these from now on, name to 0..1, and no others. Raises `ConfigError`."""
        self._emotions = dict(StreamConfig(emotions=emotions or {}).emotions)

    def generate_blendshapes(
        self, start: float = 0.0, end: float = -1.0, fps: Rate = 30, use_a2e: bool = False
    ) -> dict[str, Any]:
        """Give `{"status": "OK", "blendshapes": {...}}` of a stretch in seconds; an end of -1 is that of the audio.

        `blendshapes` has what `_bsweight.json` has: `exportFps`, `trackPath`, `numPoses`, `numFrames`, `facsNames`,
        `weightMat`, and empty `joints`, `rotations` and `translations`. `use_a2e` adds emotions that the voice sounds
        like. Raises `LocalProtocolError` before `set_audio`, `ConfigError` for an empty stretch, `EngineError`.
        """
        path, duration = self._path, self.duration
        if path is None or duration is None:
            raise LocalProtocolError("there is no audio yet: call set_audio first")
        rate = frame_rate(fps)
        start_s, end_s = exact(start), exact(duration if end < 0 else min(end, duration))
        if rate <= 0 or not 0 <= start_s < end_s:
            raise ConfigError(f"from {start} s to {end} s at {fps} fps there is nothing of {duration:g} s of audio")
        weights = self._curve(path, curve_rate(rate), use_a2e).sample(start_s, end_s, rate)
        return {"status": "OK", "blendshapes": exported(weights, rate, str(path))}

    def close(self) -> None:
        """Give the engine back. Safe to call twice."""
        self._performer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _curve(self, path: Path, rate: Fraction, auto_emotion: bool) -> Curve:
        """Made once for all stretches, so that chunks fit together."""
        key = (rate, auto_emotion, *sorted(self._emotions.items()))
        if key not in self._curves:
            with open_audio(path) as sound:
                self._curves = {key: self._performer.perform(sound, rate, self._emotions, auto_emotion)}
        return self._curves[key]


class Local:
    """An engine in this process. Raises `ConfigError` and `EngineUnavailable` if it cannot be made."""

    def __init__(self, spec: EngineSpec) -> None:
        self._engine = create(spec)

    def perform(self, sound: AudioFile, rate: Fraction, emotions: Mapping[str, float], auto_emotion: bool) -> Curve:
        """Ask the engine. Raises `EngineError` and `FileError`; `ConfigError` if it hears no emotion."""
        info = self._engine.info
        if auto_emotion and not set(HEARS) & set(info.channels):
            raise ConfigError(f"use_a2e: engine {info.name!r} does not hear how people speak, use set_emotions")
        return record(self._engine, sound, rate, Direction(emotions=emotions, auto_emotion=auto_emotion))

    def close(self) -> None:
        """Give it back."""
        self._engine.close()


class Remote:
    """A server. It is connected to for each take anew."""

    def __init__(self, url: str, token: str | None, usd_model: str | None = None) -> None:
        self._url = url
        self._token = token
        self._usd_model = usd_model

    def perform(self, sound: AudioFile, rate: Fraction, emotions: Mapping[str, float], auto_emotion: bool) -> Curve:
        """Stream the sound to it, or drive it if it is Audio2Face. Raises `A2FError`."""
        if is_rest_door(self._url, self._token):
            spec = instance_spec(self._url, self._token, self._usd_model, auto_emotion)
            with closing(Local(spec)) as instance:
                return instance.perform(sound, rate, emotions, auto_emotion)
        return self._stream(sound, rate, emotions, auto_emotion)

    def _stream(self, sound: AudioFile, rate: Fraction, emotions: Mapping[str, float], auto_emotion: bool) -> Curve:
        heard = _Counted(sound)
        token: dict[str, Any] = {} if self._token is None else {"token": self._token}
        with connect_sync(
            self._url,
            audio=sound.audio,
            fps=rate,
            pace="file",
            idle="off",
            lookahead_ms=ANY_LOOKAHEAD_MS,
            emotions=emotions,
            auto_emotion=auto_emotion,
            **token,
        ) as face:
            frames: list[Frames] = list(face.stream(heard.blocks()))
        return Curve.of(frames, rate, Fraction(heard.samples, sound.sample_rate))

    def close(self) -> None:
        """Nothing is held."""


class _Counted:
    """A sound that counts what is read of it."""

    def __init__(self, sound: AudioFile) -> None:
        self._sound = sound
        self.samples = 0

    def blocks(self) -> Iterator[bytes]:
        """PCM in the format of the sound."""
        for block in self._sound.blocks():
            self.samples += len(block)
            yield block.tobytes()


def url_of(base_url: str, port: int | str) -> str:
    """Where the stream of a server is, from its web address. Raises `ConfigError`."""
    scheme, separator, host = base_url.rstrip("/").partition("://")
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    if not (separator and host) or scheme.lower() not in schemes:
        raise ConfigError(f"base_url {base_url!r} is no address of a server: use one like http://localhost")
    return f"{schemes[scheme.lower()]}://{host}:{port}/v1/stream"


def instance_spec(url: str, token: str | None, usd_model: str | None, auto_emotion: bool) -> EngineSpec:
    """The engine that drives the Audio2Face at an address. Raises `ConfigError` if none can."""
    place = urlsplit(url)
    if token is not None or place.scheme != "ws" or place.hostname not in DRIVEN:
        raise ConfigError(
            f"{place.hostname}:{place.port} has the REST API of Audio2Face, which can be driven on this machine alone, "
            "without TLS and token: leave base_url out to use an engine in this process, or name an `a2f-live serve`"
        )
    scene = {} if usd_model is None else {"usd_model": usd_model}
    alone = {"first_port": place.port or DEFAULT_PORT, "ports": 1, "lead_ms": 0, "generate_keys": auto_emotion}
    return EngineSpec("omniverse", {**PATIENT, **alone, **scene})
