"""What a scene of Audio2Face holds that an export needs: the instance, the player, the solver of blendshapes."""

from dataclasses import dataclass
from typing import Any, Final

from a2f_live.engine.omniverse.deadline import Deadline
from a2f_live.engine.omniverse.rest import Rest, UnknownCall
from a2f_live.errors import EngineDied, EngineFailed, EngineTimeout

ROOT: Final = "/World"


@dataclass(frozen=True, slots=True)
class Scene:
    """Paths of nodes, as the instance names them."""

    instance: str
    """Empty where there is none: emotions cannot be set then."""
    player: str
    solver: str


def has_faces(rest: Rest, deadline: Deadline) -> bool:
    """Whether the part of it that has faces is up: the status is OK before that."""
    try:
        rest.get("/A2F/GetInstances", deadline)
    except UnknownCall:
        return False
    except (EngineDied, EngineTimeout):
        raise
    except EngineFailed:  # it may say so by an error that there is no face yet
        return True
    return True


def find_scene(rest: Rest, deadline: Deadline) -> Scene | None:
    """What is loaded, None where that is not enough for an export. Raises `EngineDied` or `EngineTimeout`."""
    player = first(_ask(rest, "/A2F/Player/GetInstances", deadline), "regular")
    solver = first(_ask(rest, "/A2F/Exporter/GetBlendShapeSolvers", deadline), "solvers")
    if not (player and solver):
        return None
    return Scene(first(_ask(rest, "/A2F/GetInstances", deadline), "fullface_instances"), player, solver)


def load(rest: Rest, usd_model: str, deadline: Deadline) -> None:
    """Open a scene."""
    rest.post("/A2F/USD/Load", {"file_name": usd_model}, deadline)


def first(names: Any, kind: str) -> str:
    """The first of a list of names, or of the kind in a map of lists, as newer versions give them; empty for none."""
    if isinstance(names, dict):
        names = names.get(kind)
    if isinstance(names, list):
        return next((name for name in names if isinstance(name, str) and name), "")
    return ""


def other_name(node: str) -> str:
    """The path of a node with or without the root of the scene: some scenes have it, some do not."""
    return node.removeprefix(ROOT) if node.startswith(f"{ROOT}/") else ROOT + node


def _ask(rest: Rest, path: str, deadline: Deadline) -> Any:
    """An instance without a scene may answer by an error: then there is none."""
    try:
        return rest.get(path, deadline)
    except (EngineDied, EngineTimeout):
        raise
    except EngineFailed:
        return None
