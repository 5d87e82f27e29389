"""What of a header is honoured, and what is remarked."""

from typing import Any

import pytest

pytest.importorskip("nvidia_audio2face_3d", reason="needs the extra nim: pip install 'a2f-live[nim]'")

from nvidia_audio2face_3d import messages_pb2 as messages

from a2f_live.server.nim_grpc.parameters import Remarks, Wishes, read_emotions, read_wishes


def wishes(**header: Any) -> tuple[Wishes, dict[str, list[str]]]:
    remarks = Remarks()
    return read_wishes(messages.AudioWithEmotionStreamHeader(**header), remarks), remarks.names


def test_an_empty_header_wishes_for_what_the_nim_does_by_itself() -> None:
    found, remarks = wishes()
    assert found == Wishes({}, {}, {}, clamp=False, beginning={}, mix=0.5 * 0.6)
    assert not remarks


@pytest.mark.parametrize(
    ("mixing", "mix"),
    [
        ({"enable_preferred_emotion": False}, 0.0),
        ({"enable_preferred_emotion": True}, 0.3),
        ({"preferred_emotion_strength": 1.0}, 0.6),
        ({"emotion_strength": 1.0}, 0.5),
        ({"preferred_emotion_strength": 1.0, "emotion_strength": 1.0}, 1.0),
        ({"emotion_strength": 0.0}, 0.0),
        ({"emotion_strength": 9.0, "preferred_emotion_strength": -3.0}, 0.0),
        ({"emotion_strength": float("nan")}, 0.0),
    ],
)
def test_emotions_are_mixed_as_the_nim_mixes_them(mixing: dict[str, Any], mix: float) -> None:
    found, _ = wishes(emotion_post_processing_params=messages.EmotionPostProcessingParameters(**mixing))
    assert found.mix == pytest.approx(mix)


def test_every_parameter_is_honoured_or_remarked() -> None:
    given = {
        **dict.fromkeys(("skinStrength", "upperFaceStrength", "lowerFaceStrength", "lipOpenOffset"), 0.0),
        **dict.fromkeys(("upperFaceSmoothing", "lowerFaceSmoothing", "eyelidOpenOffset", "blinkOffset"), 0.0),
        **dict.fromkeys(("blinkStrength", "faceMaskLevel", "faceMaskSoftness", "tongueStrength"), 0.5),
        **dict.fromkeys(("tongueHeightOffset", "tongueDepthOffset", "nonsense"), 0.0),
    }
    found, remarks = wishes(face_params=messages.FaceParameters(float_params=given, integer_params={"shot": 3}))
    assert set(remarks["not known"]) == {"nonsense", "shot"}
    assert set(found.face) | set(remarks["without effect here"]) == set(given) - {"nonsense"}
    assert len(found.face) == 9


def test_values_out_of_range_are_clamped_and_remarked() -> None:
    found, remarks = wishes(
        face_params=messages.FaceParameters(float_params={"skinStrength": 5.0, "blinkOffset": float("nan")})
    )
    assert found.face == {"skinStrength": 2.0, "blinkOffset": 0.0}
    assert set(remarks["out of range, clamped"]) == {"skinStrength", "blinkOffset"}


def test_shapes_are_found_in_either_spelling_and_those_of_a_tongue_have_no_effect() -> None:
    shapes = messages.BlendShapeParameters(
        bs_weight_multipliers={"JawOpen": 0.5, "mouthClose": 2.0, "TongueTipUp": 1.0, "Jaw": 1.0},
        bs_weight_offsets={"BrowInnerUp": 0.25, "JawLeft": float("inf")},
        enable_clamping_bs_weight=True,
    )
    found, remarks = wishes(blendshape_params=shapes)
    assert (found.multipliers, found.offsets) == ({"jawOpen": 0.5, "mouthClose": 2.0}, {"browInnerUp": 0.25})
    assert found.clamp
    assert remarks["without effect here"] == ["TongueTipUp"]
    assert set(remarks["not known"]) == {"Jaw", "JawLeft"}


def test_emotions_that_nobody_knows_are_remarked() -> None:
    remarks = Remarks()
    assert read_emotions({"joy": 2.0, "ennui": 1.0}, remarks) == {"joy": 1.0}
    assert remarks.sentence() == "out of range, clamped: joy; not known: ennui"


def test_what_only_matters_to_emotions_that_are_heard_is_remarked() -> None:
    _, remarks = wishes(
        emotion_post_processing_params=messages.EmotionPostProcessingParameters(
            emotion_contrast=1.0, live_blend_coef=0.7, max_emotions=3
        ),
        emotion_params=messages.EmotionParameters(live_transition_time=0.5),
    )
    assert set(remarks["without effect here"]) == {
        *("emotion_contrast", "live_blend_coef", "max_emotions", "live_transition_time")
    }
