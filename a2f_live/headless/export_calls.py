"""Calls of the exporter: weights and emotion keys into files, and the live link that this server does not have."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Self

from a2f_live import arkit
from a2f_live.errors import A2FError, NotAllowed
from a2f_live.headless.answers import Refused, done, found
from a2f_live.headless.calls import Body, Call, get, post
from a2f_live.headless.fields import mapping, number, switch, text, texts
from a2f_live.headless.player import Track
from a2f_live.headless.player_calls import measured, track_names
from a2f_live.headless.scene import FACE, LIVELINK, SOLVER, Scene
from a2f_live.outputs.base import Clip, Format
from a2f_live.outputs.bsweight import ExportedWeight
from a2f_live.outputs.curve import exact, frames_in
from a2f_live.outputs.files import ClipWriter, write_whole
from a2f_live.outputs.skel_animation import SkelAnimation
from a2f_live.take import LONGEST_S, Direction

FORMATS: Final[Mapping[str, tuple[str, Callable[[int], Format]]]] = {
    "json": (ExportedWeight.suffix, lambda count: ExportedWeight()),
    "usd": (SkelAnimation.suffix, SkelAnimation),
}
"""Format to what follows the name of its file, and to what writes so many frames."""
MOST_FRAMES: Final = 120 * LONGEST_S
KEYS_SUFFIX: Final = "_emotionkey.json"
MOST_FPS: Final = 1000


@dataclass(frozen=True, slots=True)
class Acting:
    """How tracks are acted, as it was when an export was asked for: what is set meanwhile is for the next one."""

    held: Track | None
    stretch: tuple[Fraction, Fraction] | None
    """Of the track that is held."""
    with_keys: Direction
    without_keys: Direction

    @classmethod
    def now(cls, scene: Scene) -> Self:
        """As it is set now."""
        held = scene.player.track
        stretch = scene.player.stretch() if held else None
        return cls(held, stretch, scene.direction(with_keys=True), scene.direction(with_keys=False))

    def of(self, track: Track) -> tuple[tuple[Fraction, Fraction], Direction]:
        """The range of a track in seconds, and how it is acted: range and keys belong to the track that is held."""
        if self.held is None or self.stretch is None or self.held.path != track.path:
            return (Fraction(0), track.duration_s), self.without_keys
        return self.stretch, self.with_keys


async def get_solvers(scene: Scene, body: Body) -> Any:
    """List the blendshape solvers of the scene."""
    return found(scene.nodes(SOLVER), None)


async def export_blendshapes(scene: Scene, body: Body) -> Any:
    """Write the weights of the range of the track, or of every track, as JSON or as USD."""
    scene.require(body["solver_node"], SOLVER, "Invalid solver node")
    if body["format"].lower() not in FORMATS:
        raise Refused(f"Format {body['format']!r} is not known: use one of {', '.join(FORMATS)}")
    if not 0 < body["fps"] <= MOST_FPS:
        raise Refused(f"fps {body['fps']:g} is out of range")
    try:
        acting = Acting.now(scene)
        for track, name in await _wanted(scene, body):
            await _export(scene, body, acting, track, name)
    except NotAllowed:
        raise
    except A2FError as error:
        raise Refused(f"The export failed: {error.message}") from error
    return done(None)


async def export_emotion_keys(scene: Scene, body: Body) -> Any:
    """Write the emotion keys as JSON."""
    scene.require(body["a2f_node"], FACE, f"A2F instance {body['a2f_node']} not found")
    if body["format"].lower() != "json":
        raise Refused(f"Format {body['format']!r} cannot be written here: use 'json'")
    keys = scene.emotion.keys or {0.0: scene.emotion.constant}
    document = {
        "numEmotions": len(arkit.EMOTIONS),
        "emotions": list(arkit.EMOTIONS),
        "numEmotionKeys": len(keys),
        "emotion_keys": {str(time_s): list(felt) for time_s, felt in keys.items()},
    }
    await asyncio.to_thread(write_whole, _target(scene, body, body["file_name"] + KEYS_SUFFIX), json.dumps(document))
    return done(None)


async def export_geometry_cache(scene: Scene, body: Body) -> Any:
    """Refuse: there are no meshes."""
    raise Refused("This server has weights and no meshes: call ExportBlendshapes")


async def get_livelink_nodes(scene: Scene, body: Body) -> Any:
    """List the nodes of the live link."""
    return found(scene.nodes(LIVELINK))


async def activate_livelink(scene: Scene, body: Body) -> Any:
    """Refuse to switch the live link on."""
    scene.require(body["node_path"], LIVELINK, f"StreamLivelink node {body['node_path']} not found")
    if body["value"]:
        raise Refused("StreamLivelink cannot be activated: this server has no streaming player, use `a2f-live serve`")
    return done()


async def is_livelink_connected(scene: Scene, body: Body) -> Any:
    """Say that the live link has no connection."""
    scene.require(body["node_path"], LIVELINK, f"StreamLivelink node {body['node_path']} not found")
    return found(False)


async def get_livelink_settings(scene: Scene, body: Body) -> Any:
    """Give the settings of the live link."""
    scene.require(body["node_path"], LIVELINK, f"StreamLivelink node {body['node_path']} not found")
    return found(scene.livelink.get([]))


async def set_livelink_settings(scene: Scene, body: Body) -> Any:
    """Keep settings of the live link."""
    scene.require(body["node_path"], LIVELINK, f"StreamLivelink node {body['node_path']} not found")
    scene.livelink.set(body["values"])
    return done()


async def _wanted(scene: Scene, body: Body) -> list[tuple[Track, str]]:
    """The track, or in a batch every one of the folder; and what each file is called, without its suffix."""
    if not body["batch"]:
        return [(scene.player.loaded(), body["file_name"])]
    root = scene.player.root
    names = await track_names(scene, root)
    return [(await measured(scene, root, name), f"{body['file_name']}_{Path(name).stem}") for name in names]


async def _export(scene: Scene, body: Body, acting: Acting, track: Track, name: str) -> None:
    suffix, make = FORMATS[body["format"].lower()]
    target, fps = _target(scene, body, name + suffix), exact(body["fps"])
    (start_s, end_s), direction = acting.of(track)
    count = frames_in(start_s, end_s, fps)
    if count > MOST_FRAMES:
        raise Refused(f"{count} frames are more than a file may hold: ask for fewer frames a second, or a part")
    curve = await scene.studio.curve(track.path, fps, direction)
    lead_s = exact(scene.cast.lead_s)

    def write() -> None:
        with ClipWriter(target, lambda: make(count), Clip(track.shown_path, fps)) as writer:
            for frames in curve.frames(start_s, end_s, fps, lead_s):
                writer.write(frames)

    await asyncio.to_thread(write)


def _target(scene: Scene, body: Body, name: str) -> Path:
    return scene.folders.resolve(Path(body["export_directory"], name))


SOLVER_FIELD: Final = text("solver_node")
NODE_FIELD: Final = text("node_path")
WHERE: Final = (text("export_directory"), text("file_name"), text("format", "json"), switch("batch", False))
CALLS: Final[tuple[Call, ...]] = (
    get("/A2F/Exporter/GetBlendShapeSolvers", get_solvers),
    post("/A2F/Exporter/ExportBlendshapes", export_blendshapes, SOLVER_FIELD, *WHERE, number("fps", 60.0)),
    post("/A2F/Exporter/ExportEmotionKeys", export_emotion_keys, text("a2f_node"), *WHERE),
    post(
        "/A2F/Exporter/ExportGeometryCache",
        export_geometry_cache,
        *(texts("meshes", []), text("export_directory"), text("file_name"), text("cache_type", "usd")),
    ),
    get("/A2F/Exporter/GetStreamLivelinkNodes", get_livelink_nodes),
    post("/A2F/Exporter/ActivateStreamLivelink", activate_livelink, NODE_FIELD, switch("value")),
    post("/A2F/Exporter/IsStreamLivelinkConnected", is_livelink_connected, NODE_FIELD),
    post("/A2F/Exporter/GetStreamLivelinkSettings", get_livelink_settings, NODE_FIELD),
    post("/A2F/Exporter/SetStreamLivelinkSettings", set_livelink_settings, NODE_FIELD, mapping("values")),
)
