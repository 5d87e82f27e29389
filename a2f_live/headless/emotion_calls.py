"""Calls of Audio2Emotion: what the face feels, set by hand or heard in the track."""

from typing import Any, Final

from a2f_live import arkit
from a2f_live.errors import EngineUnavailable
from a2f_live.headless.answers import Refused, done, found
from a2f_live.headless.calls import Body, Call, get, post
from a2f_live.headless.emotion import shaped
from a2f_live.headless.fields import Field, amounts, number, numbers, switch, text
from a2f_live.headless.knobs import A2E_DEFAULTS
from a2f_live.headless.scene import FACE, Scene

SHORTEST_STRIDE_S: Final = 0.1


async def get_emotion_names(scene: Scene, body: Body) -> Any:
    """List the emotions, in the order of every vector."""
    return found(list(arkit.EMOTIONS))


async def get_emotion(scene: Scene, body: Body) -> Any:
    """Give what the face feels, by name or as a vector, now or at a frame or time of the track."""
    _require_face(scene, body)
    felt = scene.felt_now(None if body["frame"] is None else _seconds(scene, body["frame"], body["as_timestamp"]))
    return found(list(felt) if body["as_vector"] else dict(zip(arkit.EMOTIONS, felt, strict=True)))


async def set_emotion(scene: Scene, body: Body) -> Any:
    """Feel this all over the track; keys go."""
    _require_face(scene, body)
    scene.emotion.set(body["emotion"])
    return done()


async def set_emotion_by_name(scene: Scene, body: Body) -> Any:
    """Change the emotions that are named, all over the track; keys go."""
    _require_face(scene, body)
    scene.emotion.set_by_name(body["emotions"])
    return done()


async def get_settings(scene: Scene, body: Body) -> Any:
    """Give the settings of Audio2Emotion."""
    _require_face(scene, body)
    return found(scene.a2e.get([]))


async def set_settings(scene: Scene, body: Body) -> Any:
    """Change settings of Audio2Emotion. The face may be left out: py_audio2face does so."""
    _require_face(scene, body)
    _take_settings(scene, body)
    return done()


async def generate_keys(scene: Scene, body: Body) -> Any:
    """Hear emotions in the track and make keys of them; settings that come along are kept."""
    _require_face(scene, body)
    _take_settings(scene, body)
    await find_keys(scene)
    return done()


async def enable_auto_generate(scene: Scene, body: Body) -> Any:
    """Make keys whenever another track is set."""
    _require_face(scene, body)
    scene.keys_on_track_change = body["enable"]
    return done()


async def enable_streaming(scene: Scene, body: Body) -> Any:
    """Keep whether emotions are heard in live audio, which this server has none of."""
    _require_face(scene, body)
    scene.streams_emotion = body["enable"]
    return done()


async def get_keys(scene: Scene, body: Body) -> Any:
    """List the keys: frames, or times in seconds."""
    _require_face(scene, body)
    return found([_place(scene, time_s, body["as_timestamps"]) for time_s in scene.emotion.keys])


async def remove_keys(scene: Scene, body: Body) -> Any:
    """Take keys away, all if none is named."""
    _require_face(scene, body)
    if body["keys"] is None:
        scene.emotion.keys = {}
    else:
        scene.emotion.remove(_seconds(scene, key, body["as_timestamps"]) for key in body["keys"])
    return done()


async def get_key_data(scene: Scene, body: Body) -> Any:
    """Give the keys with what is felt there: frame, or time in seconds, to a vector."""
    _require_face(scene, body)
    keys = scene.emotion.keys.items()
    return found({str(_place(scene, time_s, body["as_timestamps"])): list(felt) for time_s, felt in keys})


async def find_keys(scene: Scene) -> None:
    """Hear emotions in the track and make keys of them; raises `Refused` if there is no track, or nobody hears.

    If the player has another track by then, nobody needs the keys any more.
    """
    settings, track = dict(scene.a2e.values), scene.player.loaded()
    if "auto_emotion" in scene.studio.engine.info.channels:
        scene.emotion.set_keys(())  # the engine hears emotions by itself, and shows them without keys
        return
    try:
        heard = await scene.studio.emotions(track.path, max(SHORTEST_STRIDE_S, settings["a2e_stride"]))
    except EngineUnavailable as error:
        raise Refused(f"Emotion keys cannot be generated: {error.message}") from error
    if scene.player.track is track:
        scene.emotion.set_keys((time_s, shaped(values, settings)) for time_s, values in heard)


def _take_settings(scene: Scene, body: Body) -> None:
    scene.a2e.set({name: body[name] for name in A2E_DEFAULTS if body.get(name) is not None})


def _require_face(scene: Scene, body: Body) -> None:
    scene.require(body["a2f_instance"], FACE, f"A2F instance {body['a2f_instance']} not found")


def _rate(scene: Scene) -> float:
    return max(1.0, float(scene.face.values["keyframer_fps"]))


def _seconds(scene: Scene, place: float, as_timestamp: bool) -> float:
    return place if as_timestamp else place / _rate(scene)


def _place(scene: Scene, time_s: float, as_timestamp: bool) -> float:
    return time_s if as_timestamp else round(time_s * _rate(scene))


def _setting_fields() -> tuple[Field, ...]:
    kinds = {bool: switch, list: numbers, float: number}
    return tuple(kinds[type(default)](name, None) for name, default in A2E_DEFAULTS.items())


FACE_FIELD: Final = text("a2f_instance")
CALLS: Final[tuple[Call, ...]] = (
    get("/A2F/A2E/GetEmotionNames", get_emotion_names),
    post(
        "/A2F/A2E/GetEmotion",
        get_emotion,
        *(FACE_FIELD, switch("as_vector", False), number("frame", None), switch("as_timestamp", False)),
    ),
    post("/A2F/A2E/SetEmotion", set_emotion, FACE_FIELD, numbers("emotion")),
    post("/A2F/A2E/SetEmotionByName", set_emotion_by_name, FACE_FIELD, amounts("emotions")),
    post("/A2F/A2E/GetSettings", get_settings, FACE_FIELD),
    post("/A2F/A2E/SetSettings", set_settings, text("a2f_instance", FACE), *_setting_fields()),
    post("/A2F/A2E/GenerateKeys", generate_keys, FACE_FIELD, *_setting_fields()),
    post("/A2F/A2E/EnableAutoGenerateOnTrackChange", enable_auto_generate, FACE_FIELD, switch("enable")),
    post("/A2F/A2E/EnableStreaming", enable_streaming, FACE_FIELD, switch("enable")),
    post("/A2F/A2E/GetKeys", get_keys, FACE_FIELD, switch("as_timestamps", False)),
    post("/A2F/A2E/RemoveKeys", remove_keys, FACE_FIELD, numbers("keys", None), switch("as_timestamps", False)),
    post("/A2F/A2E/GetKeyData", get_key_data, FACE_FIELD, switch("as_timestamps", False)),
)
