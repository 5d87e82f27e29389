"""Calls about the application, the scene and the face in it."""

import asyncio
from typing import Any, Final

from a2f_live.headless.answers import Refused, done, found
from a2f_live.headless.calls import Body, Call, get, post
from a2f_live.headless.emotion import Vector, vector
from a2f_live.headless.fields import Wrong, mapping, number, read_numbers, switch, text, texts
from a2f_live.headless.folders import is_there
from a2f_live.headless.knobs import A2E_DEFAULTS
from a2f_live.headless.scene import FACE, Scene

REMOTE: Final = ("omniverse://", "http://", "https://")
"""Scenes of a server of NVIDIA's: nothing of a scene is read here, so they are taken as they are."""


async def status(scene: Scene, body: Body) -> Any:
    """Say that the server is ready."""
    return "OK"


async def load_usd(scene: Scene, body: Body) -> Any:
    """Begin a scene. The file has to be there; nothing in it is read: the face is always one with 52 ARKit shapes."""
    name = body["file_name"]
    if not name.lower().startswith(REMOTE):
        path = scene.folders.resolve(name)
        if not await asyncio.to_thread(is_there, path.is_file):
            raise Refused(f"Failed to load USD: {name} is no file")
    scene.usd = name
    scene.begin()
    return done()


async def get_instances(scene: Scene, body: Body) -> Any:
    """List the faces of the scene."""
    return found({"fullface_instances": scene.nodes(FACE)})


async def get_setting_names(scene: Scene, body: Body) -> Any:
    """List the settings of a face."""
    _require_face(scene, body)
    return found([*scene.face.values, "emotion", *scene.a2e.values])


async def get_settings(scene: Scene, body: Body) -> Any:
    """Give settings of a face, all if none is named."""
    _require_face(scene, body)
    names = body["settings"] or [*scene.face.values, "emotion", *scene.a2e.values]
    values: dict[str, Any] = {}
    for name in names:
        if name == "emotion":
            values[name] = list(scene.felt_now())
        else:
            values |= (scene.a2e if name in A2E_DEFAULTS else scene.face).get([name])
    return found(values, None)


async def set_settings(scene: Scene, body: Body) -> Any:
    """Change settings of a face."""
    _require_face(scene, body)
    changes = dict(body["settings"])
    emotion = _read_emotion(changes.pop("emotion", None))
    of_a2e = scene.a2e.checked({name: value for name, value in changes.items() if name in A2E_DEFAULTS})
    scene.face.set({name: value for name, value in changes.items() if name not in of_a2e})
    scene.a2e.set(of_a2e)
    if emotion is not None:
        scene.emotion.set(emotion)
    return done()


async def set_frame(scene: Scene, body: Body) -> Any:
    """Go to a frame, or to a time in seconds."""
    _require_face(scene, body)
    time_s = body["frame"] if body["as_timestamp"] else body["frame"] / _frame_rate(scene)
    scene.player.seek(time_s, scene.now_s())
    return done()


async def get_frame(scene: Scene, body: Body) -> Any:
    """Give the frame where the player is, or the time in seconds."""
    _require_face(scene, body)
    time_s = scene.player.time_s(scene.now_s())
    return found(time_s if body["as_timestamp"] else time_s * _frame_rate(scene))


def _require_face(scene: Scene, body: Body) -> None:
    scene.require(body["a2f_instance"], FACE, f"A2F instance {body['a2f_instance']} not found")


def _read_emotion(value: Any) -> Vector | None:
    try:
        return None if value is None else vector(read_numbers(value))
    except Wrong as wrong:
        raise Refused(f"Setting emotion: {wrong.message}") from wrong


def _frame_rate(scene: Scene) -> float:
    return max(1.0, float(scene.face.values["keyframer_fps"]))


FACE_FIELD: Final = text("a2f_instance")
CALLS: Final[tuple[Call, ...]] = (
    get("/status", status),
    get("/controlport/status", status),
    post("/A2F/USD/Load", load_usd, text("file_name")),
    get("/A2F/GetInstances", get_instances),
    post("/A2F/GetSettingNames", get_setting_names, FACE_FIELD),
    post("/A2F/GetSettings", get_settings, FACE_FIELD, texts("settings", [])),
    post("/A2F/SetSettings", set_settings, FACE_FIELD, mapping("settings")),
    post("/A2F/SetFrame", set_frame, FACE_FIELD, number("frame"), switch("as_timestamp", False)),
    post("/A2F/GetFrame", get_frame, FACE_FIELD, switch("as_timestamp", False)),
)
