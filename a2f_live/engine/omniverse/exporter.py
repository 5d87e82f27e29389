"""Puts a track on in the scene of an instance, and has the weights of a stretch of it exported."""

from collections.abc import Mapping

from a2f_live import arkit
from a2f_live.engine.base import Array
from a2f_live.engine.omniverse.deadline import Deadline, Wait
from a2f_live.engine.omniverse.export import SUFFIX, Export, await_export
from a2f_live.engine.omniverse.rest import Rest
from a2f_live.engine.omniverse.scene import Scene, other_name
from a2f_live.engine.omniverse.span import Span
from a2f_live.engine.omniverse.track import Tracks
from a2f_live.errors import EngineDied, EngineFailed


class Exporter:
    """Works with one scene. Numbers with a fraction are sent as such: Audio2Face refuses whole ones for them."""

    def __init__(self, rest: Rest, scene: Scene, tracks: Tracks, wait: Wait, generate_keys: bool) -> None:
        self._rest = rest
        self._scene = scene
        self._tracks = tracks
        self._wait = wait
        self._generate_keys = generate_keys

    def export(self, samples: Array, span: Span, emotions: Mapping[str, float], deadline: Deadline) -> Export:
        """The frames of a stretch of a track, (n,) float32 at 16 kHz. Raises `EngineError`."""
        with self._tracks.written(samples) as name:
            self._play(f"{name}.wav", span, deadline)
            if self._scene.instance:
                self._feel(emotions, deadline)
            self._order(name, span.fps, deadline)
            export = await_export(self._tracks.folder / (name + SUFFIX), deadline, self._wait)
        if export.track not in ("", f"{name}.wav"):
            raise EngineFailed(f"Audio2Face exported the track {export.track}, not the one that it was given")
        return export

    def _play(self, file_name: str, span: Span, deadline: Deadline) -> None:
        player = {"a2f_player": self._scene.player}
        self._rest.post("/A2F/Player/SetRootPath", {**player, "dir_path": str(self._tracks.folder)}, deadline)
        track = {"file_name": file_name, "time_range": [0.0, -1.0]}
        self._rest.post("/A2F/Player/SetTrack", {**player, **track}, deadline)
        limits = {"start": float(span.first_s), "end": float(span.end_s)}
        self._rest.post("/A2F/Player/SetRange", {**player, **limits}, deadline)

    def _feel(self, emotions: Mapping[str, float], deadline: Deadline) -> None:
        """All ten, so that nothing stays of the track before."""
        body = {"a2f_instance": self._scene.instance}
        felt = {name: float(emotions.get(name, 0.0)) for name in arkit.EMOTIONS}
        self._rest.post("/A2F/A2E/SetEmotionByName", {**body, "emotions": felt}, deadline)
        if self._generate_keys:
            self._rest.post("/A2F/A2E/GenerateKeys", body, deadline)

    def _order(self, name: str, fps: int, deadline: Deadline) -> None:
        body = {
            "export_directory": str(self._tracks.folder),
            "file_name": name,
            "format": "json",
            "batch": False,
            "fps": fps,
        }
        try:
            self._order_from(self._scene.solver, body, deadline)
        except EngineFailed as error:
            if isinstance(error, EngineDied) or "solver" not in error.message.lower():
                raise
            self._order_by_other_name(body, deadline)

    def _order_by_other_name(self, body: Mapping[str, object], deadline: Deadline) -> None:
        """The solver is said to be none: it is known under the name with, or without, the root of the scene."""
        scene = self._scene
        other = Scene(scene.instance, scene.player, other_name(scene.solver))
        self._order_from(other.solver, body, deadline)
        self._scene = other

    def _order_from(self, solver: str, body: Mapping[str, object], deadline: Deadline) -> None:
        self._rest.post("/A2F/Exporter/ExportBlendshapes", {"solver_node": solver, **body}, deadline)
