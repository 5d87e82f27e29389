"""Calls about the player: which sound, which part of it, and where it is."""

import asyncio
import os
from pathlib import Path
from typing import Any, Final

from a2f_live.errors import FileError
from a2f_live.headless.answers import SUCEEDED, Refused, done, found
from a2f_live.headless.calls import Body, Call, get, post
from a2f_live.headless.emotion_calls import find_keys
from a2f_live.headless.fields import number, numbers, switch, text
from a2f_live.headless.folders import is_there
from a2f_live.headless.player import Track
from a2f_live.headless.scene import PLAYER, Scene


async def get_instances(scene: Scene, body: Body) -> Any:
    """List the players of the scene."""
    return found({"regular": scene.nodes(PLAYER), "streaming": []}, "Suceeded to retrieve Player instances")


async def set_root_path(scene: Scene, body: Body) -> Any:
    """Name the folder of the sound files."""
    _require_player(scene, body)
    player, folder = scene.player, body["dir_path"]
    if not await asyncio.to_thread(is_there, scene.folders.resolve(folder).is_dir):
        raise Refused(f"Failed to set the audio file root: {folder} is no folder")
    player.root = folder
    return done(f"Set the audio file root to {folder}")


async def get_root_path(scene: Scene, body: Body) -> Any:
    """Give the folder of the sound files."""
    _require_player(scene, body)
    return found(scene.player.root, SUCEEDED)


async def get_tracks(scene: Scene, body: Body) -> Any:
    """List the WAV files in that folder."""
    _require_player(scene, body)
    return found(await track_names(scene, scene.player.root), SUCEEDED)


async def set_track(scene: Scene, body: Body) -> Any:
    """Take a sound file of that folder, from its start."""
    _require_player(scene, body)
    player, name = scene.player, body["file_name"]
    if len(body["time_range"]) not in (0, 2):
        raise Refused("time_range has two times in seconds, like [0, -1]")
    player.load(await measured(scene, player.root, name), body["time_range"])
    if scene.player is player:  # else another scene was loaded meanwhile
        scene.emotion.keys = {}  # they were heard in another sound
        if scene.keys_on_track_change:
            await find_keys(scene)
    return done(f"Set track to {name}")


async def get_current_track(scene: Scene, body: Body) -> Any:
    """Give the name of the track, empty if there is none."""
    _require_player(scene, body)
    track = scene.player.track
    return found(track.name if track else "", SUCEEDED)


async def set_range(scene: Scene, body: Body) -> Any:
    """Play and export a part of the track alone, in seconds; an end of -1 is that of the track."""
    _require_player(scene, body)
    scene.player.limit(body["start"], body["end"])
    return done(f"Set range to [{body['start']}, {body['end']}]")


async def get_range(scene: Scene, body: Body) -> Any:
    """Give the whole range of the track, and the one that was set."""
    _require_player(scene, body)
    duration_s = float(scene.player.loaded().duration_s)
    return found({"default": [0.0, duration_s], "work": [float(end) for end in scene.player.stretch()]}, SUCEEDED)


async def set_time(scene: Scene, body: Body) -> Any:
    """Go to a time of the track."""
    _require_player(scene, body)
    scene.player.seek(body["time"], scene.now_s())
    return done(SUCEEDED)


async def get_time(scene: Scene, body: Body) -> Any:
    """Give the time of the track."""
    _require_player(scene, body)
    return found(scene.player.time_s(scene.now_s()), SUCEEDED)


async def play(scene: Scene, body: Body) -> Any:
    """Let time run; nothing is heard."""
    _require_player(scene, body)
    scene.player.play(scene.now_s())
    return done(SUCEEDED)


async def pause(scene: Scene, body: Body) -> Any:
    """Stop where it is."""
    _require_player(scene, body)
    scene.player.pause(scene.now_s())
    return done(SUCEEDED)


async def rewind(scene: Scene, body: Body) -> Any:
    """Go to the start of the range."""
    _require_player(scene, body)
    scene.player.rewind(scene.now_s())
    return done(SUCEEDED)


async def set_looping(scene: Scene, body: Body) -> Any:
    """Begin anew at the end of the range, or stop there."""
    _require_player(scene, body)
    scene.player.looping = body["loop_audio"]
    return done(SUCEEDED)


async def track_names(scene: Scene, root: str) -> list[str]:
    """The WAV files of a folder, in the order of the alphabet; raises `Refused` if there is no folder."""
    if not root:
        raise Refused("No folder is set: call /A2F/Player/SetRootPath first")
    return await asyncio.to_thread(_wav_files, scene.folders.resolve(root))


async def measured(scene: Scene, root: str, name: str) -> Track:
    """A sound file of a folder, once its length is known; raises `Refused` if it is none."""
    shown = Path(root, name)
    path = scene.folders.resolve(shown)
    try:
        return Track(name, path, str(shown), await scene.studio.duration_s(path))
    except FileError as error:
        raise Refused(f"Failed to set track to {name}: {error.message}") from error


def _require_player(scene: Scene, body: Body) -> None:
    scene.require(body["a2f_player"], PLAYER, f"Player {body['a2f_player']} not found")


def _wav_files(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in os.scandir(folder) if entry.name.lower().endswith(".wav"))
    except OSError as error:
        raise Refused(f"The folder cannot be read: {(error.strerror or str(error)).lower()}") from error


PLAYER_FIELD: Final = text("a2f_player")
CALLS: Final[tuple[Call, ...]] = (
    get("/A2F/Player/GetInstances", get_instances),
    post("/A2F/Player/SetRootPath", set_root_path, PLAYER_FIELD, text("dir_path")),
    post("/A2F/Player/GetRootPath", get_root_path, PLAYER_FIELD),
    post("/A2F/Player/GetTracks", get_tracks, PLAYER_FIELD),
    post("/A2F/Player/SetTrack", set_track, PLAYER_FIELD, text("file_name"), numbers("time_range", [])),
    post("/A2F/Player/GetCurrentTrack", get_current_track, PLAYER_FIELD),
    post("/A2F/Player/SetRange", set_range, PLAYER_FIELD, number("start", 0.0), number("end", -1.0)),
    post("/A2F/Player/GetRange", get_range, PLAYER_FIELD),
    post("/A2F/Player/SetTime", set_time, PLAYER_FIELD, number("time")),
    post("/A2F/Player/GetTime", get_time, PLAYER_FIELD),
    post("/A2F/Player/Play", play, PLAYER_FIELD),
    post("/A2F/Player/Pause", pause, PLAYER_FIELD),
    post("/A2F/Player/Rewind", rewind, PLAYER_FIELD),
    post("/A2F/Player/SetLooping", set_looping, PLAYER_FIELD, switch("loop_audio")),
)
