"""What a headless instance holds: a scene with one face, one player and one solver, and what was set in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from a2f_live.headless.answers import Refused
from a2f_live.headless.emotion import EmotionTrack, Vector
from a2f_live.headless.folders import Folders
from a2f_live.headless.knobs import A2E_DEFAULTS, A2F_DEFAULTS, Knobs, fitted, sound_gain
from a2f_live.headless.player import Player
from a2f_live.headless.studio import Studio
from a2f_live.motion.profile import Profile
from a2f_live.take import ANY_LOOKAHEAD_MS, Direction

ROOT: Final = "/World"
FACE: Final = f"{ROOT}/audio2face/CoreFullface"
PLAYER: Final = f"{ROOT}/audio2face/Player"
SOLVER: Final = f"{ROOT}/audio2face/BlendshapeSolve"
LIVELINK: Final = f"{ROOT}/audio2face/StreamLivelink"

LIVELINK_DEFAULTS: Final = {
    "livelink_host": "localhost",
    "livelink_port": 12030.0,
    "livelink_subject": "Audio2Face",
    "audio_port": 12031.0,
    "enable_audio_stream": False,
    "enable_gaze": False,
    "enable_idle_face": False,
    "enable_idle_head": False,
    "idle_face_multiplier": 1.0,
    "idle_head_multiplier": 1.0,
    "idle_motion_fps": 30.0,
}


@dataclass(frozen=True, slots=True)
class Cast:
    """How the server was told that the face acts."""

    profile: Profile = field(default_factory=Profile.neutral)
    idle: str = "off"
    seed: int = 0
    lookahead_ms: int = ANY_LOOKAHEAD_MS
    lead_s: float = 0.0
    """By so much the weights come before the sound."""


class Scene:
    """The state that requests change; empty until a USD file is loaded."""

    def __init__(self, studio: Studio, cast: Cast, folders: Folders, clock: Callable[[], float]) -> None:
        self.studio = studio
        self.cast = cast
        self.folders = folders
        self.now_s = clock
        """Seconds of a clock that never goes back."""
        self.usd: str | None = None
        self.begin()

    def begin(self) -> None:
        """Make the scene anew."""
        self.player = Player()
        self.face = Knobs(A2F_DEFAULTS)
        self.a2e = Knobs(A2E_DEFAULTS)
        self.livelink = Knobs(LIVELINK_DEFAULTS)
        self.emotion = EmotionTrack()
        self.keys_on_track_change = False
        self.streams_emotion = False

    def nodes(self, name: str) -> list[str]:
        """The one node of a kind, or none before a scene is loaded."""
        return [name] if self.usd is not None else []

    def require(self, asked: str, known: str, refusal: str) -> None:
        """Refuse any node but the one that is there, named with or without the root of the scene."""
        if self.usd is None:
            raise Refused(f"{refusal}: no scene is loaded, call /A2F/USD/Load first")
        if asked.removeprefix(ROOT) != known.removeprefix(ROOT):
            raise Refused(refusal)

    def direction(self, *, with_keys: bool) -> Direction:
        """How the face acts now, from everything that was set; the keys belong to the track of the player."""
        emotion = self.emotion if with_keys else self.emotion.without_keys()
        return Direction(
            emotions=emotion.start(),
            cues=emotion.cues(),
            gain=sound_gain(self.face.values),
            profile=fitted(self.cast.profile, self.face.values),
            idle=self.cast.idle,
            seed=self.cast.seed,
            lookahead_ms=self.cast.lookahead_ms,
        )

    def felt_now(self, time_s: float | None = None) -> Vector:
        """The emotion at a time of the track, or where the player is."""
        return self.emotion.at(self.player.time_s(self.now_s()) if time_s is None else time_s)
