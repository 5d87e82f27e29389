"""The messages of an answer, as the NIM writes them; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from google.protobuf.any_pb2 import Any as AnyMessage
from nvidia_ace import animation_pb2 as animation
from nvidia_ace import status_pb2
from nvidia_audio2face_3d import messages_pb2 as messages

from a2f_live import arkit
from a2f_live.frames import Array
from a2f_live.server.nim_grpc.limits import FPS

NAMES: Final = arkit.LIVE_LINK_NAMES
"""The NIM spells them as Live Link does."""
AGGREGATE_URL: Final = "type.googleapis.com/nvidia_ace.emotion_aggregate.v1.EmotionAggregate"
"""What the NIM and NVIDIA's client call it; the PyPI package has another name for the same fields."""
Timed = tuple[float, Mapping[str, float]]
"""Time code, and emotions by name."""

INFO: Final = status_pb2.Status.INFO
WARNING: Final = status_pb2.Status.WARNING
ERROR: Final = status_pb2.Status.ERROR
SUCCESS: Final = status_pb2.Status.SUCCESS


def header_message(audio_header: Any, start_s: float) -> Any:
    """The first message: the audio as it came, our names, and when it all began in seconds of Unix time."""
    return messages.A2F3DAnimationDataStream(
        animation_data_stream_header=messages.A2F3DAnimationDataStreamHeader(
            audio_header=audio_header,
            skel_animation_header=animation.SkelAnimationHeader(blend_shapes=NAMES),
            start_time_code_since_epoch=start_s,
        )
    )


def frame_message(frame: int, weights: Array, audio: tuple[float, bytes], told: Sequence[Timed], felt: Timed) -> Any:
    """One frame with the audio that belongs to it, and the emotions that were told for it and that it shows.

    `a2e_output`, what was heard in the voice, stays empty: nothing is, and NVIDIA's client fails on an entry.
    """
    time_s = frame / FPS
    row = animation.FloatArrayWithTimeCode(time_code=time_s, values=weights.tolist())
    aggregate = messages.EmotionAggregate(
        input_emotions=[_timed(each) for each in told], a2f_smoothed_output=[_timed(felt)]
    )
    return messages.A2F3DAnimationDataStream(
        animation_data=animation.AnimationData(
            skel_animation=animation.SkelAnimation(blend_shape_weights=[row]),
            audio=_audio(audio),
            metadata={
                "emotion_aggregate": AnyMessage(type_url=AGGREGATE_URL, value=aggregate.SerializeToString()),
            },
        )
    )


def audio_message(audio: tuple[float, bytes]) -> Any:
    """Audio that is left when the frames are over."""
    return messages.A2F3DAnimationDataStream(animation_data=animation.AnimationData(audio=_audio(audio)))


def end_message() -> Any:
    """Everything that was heard is answered."""
    return messages.A2F3DAnimationDataStream(event=messages.Event(event_type=messages.END_OF_A2F_AUDIO_PROCESSING))


def status_message(code: Any, text: str) -> Any:
    """How it went."""
    return messages.A2F3DAnimationDataStream(status=status_pb2.Status(code=code, message=text))


def _audio(audio: tuple[float, bytes]) -> Any:
    time_s, pcm = audio
    return animation.AudioWithTimeCode(time_code=time_s, audio_buffer=pcm)


def _timed(each: Timed) -> Any:
    time_s, emotions = each
    return messages.EmotionWithTimeCode(time_code=time_s, emotion=emotions)
