"""What a plugin says to VTube Studio, against one that checks it; no sockets."""

import json
from collections import deque

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.errors import A2FError, NotAllowed, RemoteProtocolError
from a2f_live.outputs.pose import REST, Pose
from a2f_live.outputs.vts import MOST_PENDING, OWN, STANDARD, Plugin
from tests.outputs.reading import pose
from tests.relay.vtube_studio import VTubeStudio


def talk(plugin: Plugin, studio: VTubeStudio, texts: list[str]) -> None:
    """Let both speak until nobody has anything more to say."""
    waiting = deque(texts)
    while waiting:
        if answer := studio.answer(waiting.popleft()):
            waiting.extend(plugin.hear(answer))


def connected(studio: VTubeStudio, plugin: Plugin | None = None) -> Plugin:
    plugin = plugin or Plugin()
    talk(plugin, studio, plugin.begin())
    return plugin


def show(plugin: Plugin, studio: VTubeStudio, shown: Pose) -> None:
    text = plugin.inject(shown)
    assert text is not None
    talk(plugin, studio, [text])


def test_it_asks_once_makes_its_parameters_and_injects() -> None:
    studio, shown = VTubeStudio(), pose()
    plugin = connected(studio)
    assert (studio.asked, plugin.ready, plugin.token) == (1, True, next(iter(studio.tokens)))
    assert set(studio.custom) == set(OWN)
    show(plugin, studio, shown)
    assert not studio.refused
    assert [studio.values[name] for name in OWN] == pytest.approx(list(shown.weights), abs=5e-6)
    assert set(studio.values) == {*OWN, *STANDARD}


def test_with_a_token_nobody_is_asked_and_nothing_is_made_twice() -> None:
    studio = VTubeStudio()
    token = connected(studio).token
    made = dict(studio.custom)
    plugin = connected(studio, Plugin(token))
    assert (studio.asked, plugin.ready, studio.custom) == (1, True, made)


def test_a_token_that_was_revoked_is_asked_for_anew() -> None:
    studio = VTubeStudio()
    plugin = connected(studio, Plugin("an-old-one"))
    assert (studio.asked, plugin.ready) == (1, True)
    studio.revoke = True
    show(plugin, studio, pose())  # refused, and access is asked for again
    assert (studio.asked, plugin.ready, studio.refused) == (2, True, [8])
    show(plugin, studio, pose())
    assert studio.injected


@pytest.mark.parametrize(("parameters", "names"), [("standard", set(STANDARD)), ("own", set(OWN))])
def test_only_what_was_asked_for_is_moved(parameters: str, names: set[str]) -> None:
    studio = VTubeStudio()
    plugin = connected(studio, Plugin(parameters=parameters))
    show(plugin, studio, pose())
    assert set(studio.values) == names
    assert set(studio.custom) == names & set(OWN)


def test_without_the_head_its_angles_are_left_to_others() -> None:
    studio = VTubeStudio()
    show(connected(studio, Plugin(head=False)), studio, pose())
    assert not {"FaceAngleX", "FaceAngleY", "FaceAngleZ"} & set(studio.values)


def test_standard_parameters_at_rest_and_in_motion() -> None:
    studio = VTubeStudio()
    plugin = connected(studio)
    show(plugin, studio, REST)
    rest = {name: studio.values[name] for name in STANDARD}
    eyes, middle = ("EyeOpenLeft", "EyeOpenRight"), ("MouthSmile", "Brows", "BrowLeftY", "BrowRightY")
    assert rest == {name: 1 if name in eyes else 0.5 if name in middle else 0 for name in STANDARD}
    weights = np.zeros(52, np.float32)
    moved = {"jawOpen": 0.5, "mouthSmileLeft": 1, "mouthSmileRight": 1, "eyeBlinkLeft": 1, "eyeLookOutLeft": 1}
    for name, value in {**moved, "browInnerUp": 1, "browOuterUpLeft": 1}.items():
        weights[arkit.INDEX[name]] = value
    show(plugin, studio, Pose(weights, np.array([10, 45, -5], np.float32)))
    expected = {"MouthOpen": 0.8, "MouthSmile": 1, "EyeOpenLeft": 0, "EyeOpenRight": 1, "EyeLeftX": 1, "BrowLeftY": 1}
    assert {name: studio.values[name] for name in expected} == pytest.approx(expected)
    assert [studio.values[f"FaceAngle{axis}"] for axis in "XYZ"] == [10, 30, 5]  # within its limits


def test_an_older_one_lacks_some_parameters() -> None:
    studio = VTubeStudio()
    for name in ("Brows", "TongueOut"):
        del studio.defaults[name]
    show(connected(studio), studio, pose())
    assert not studio.refused
    assert "TongueOut" not in studio.values


def test_parameters_that_another_plugin_moves_are_left_to_it() -> None:
    studio = VTubeStudio(held_by_other={"MouthOpen"})
    plugin = connected(studio)
    show(plugin, studio, pose())
    assert (studio.refused, len(plugin.warnings)) == ([454], 1)
    show(plugin, studio, pose())
    assert set(studio.values) == set(OWN)


def test_where_no_more_can_be_made_the_standard_ones_are_moved() -> None:
    studio = VTubeStudio(most_custom=10)
    plugin = connected(studio)
    assert plugin.ready
    assert len(plugin.warnings) == 1
    show(plugin, studio, pose())
    assert set(studio.values) == set(STANDARD)


def test_a_parameter_of_another_plugin_with_our_name_is_used() -> None:
    studio = VTubeStudio(custom={OWN[0]: "someone else"})
    plugin = connected(studio)
    show(plugin, studio, pose())
    assert set(OWN) <= set(studio.values)


def test_what_is_not_answered_is_not_piled_up() -> None:
    studio = VTubeStudio()
    plugin = connected(studio)
    texts = [plugin.inject(pose()) for _ in range(MOST_PENDING + 2)]
    assert [text is not None for text in texts] == [True] * MOST_PENDING + [False] * 2
    talk(plugin, studio, [text for text in texts if text])
    assert plugin.inject(pose()) is not None


def test_before_it_is_ready_nothing_is_injected() -> None:
    assert Plugin().inject(REST) is None


def test_a_user_who_denies_is_not_asked_again() -> None:
    with pytest.raises(NotAllowed, match="allow"):
        connected(VTubeStudio(allows=False))


@pytest.mark.parametrize(("number", "error"), [(1, NotAllowed), (51, A2FError)])
def test_errors_that_end_it(number: int, error: type[A2FError]) -> None:
    refusal = {
        "apiName": "VTubeStudioPublicAPI",
        "messageType": "APIError",
        "data": {"errorID": number, "message": "x"},
    }
    with pytest.raises(error):
        Plugin().hear(json.dumps(refusal))


@pytest.mark.parametrize("data", [{}, {"defaultParameters": [1], "customParameters": []}])
def test_parameters_that_cannot_be_read_are_told(data: object) -> None:
    answer = {"apiName": "VTubeStudioPublicAPI", "messageType": "InputParameterListResponse", "data": data}
    with pytest.raises(RemoteProtocolError, match="no VTube Studio"):
        Plugin("token").hear(json.dumps(answer))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"apiName": "Other", "messageType": "x"}', b"\xff", "1"])
def test_what_is_no_vtube_studio_is_told(text: str | bytes) -> None:
    with pytest.raises(RemoteProtocolError, match="no VTube Studio"):
        Plugin().hear(text)
