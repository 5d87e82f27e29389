"""Writes the golden vectors beside it, by hand and plain msgpack: ``python tests/vectors/make.py``.

It uses nothing of the package, so that the vectors bind its codecs as they bind those of other languages.
"""

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack

FOLDER = Path(__file__).parent
Map = dict[str, Any]

ABOUT = (
    "Golden vectors of the a2f-live wire, version 1 (docs/protocol.md). For each: `msgpack` is the binary frame of "
    "a2f.v1.msgpack in hex, `json` the text frame of a2f.v1.json or null, `json_binary` its binary frame in hex where "
    "there is one. `meaning` is what a reader must understand, absent fields filled in: bytes as hex, weights, head "
    "and visemes as rows of numbers, rates as [numerator, denominator]. It is null for messages that must be ignored. "
    "A reader starts each vector fresh, as if `ready` had told 60 frames a second and weights f32. `canonical` is true "
    "where a writer that is given the meaning gives the same map. All weights are exact in float16."
)
ABOUT_INVALID = (
    "Payloads that must be refused (docs/protocol.md), by a reader of the subprotocol `in`: `binary` is a binary frame "
    "in hex, `text` a text frame. `code` and `close_code` are those of the refusal; `fatal` tells whether the payload "
    "by itself ends an open connection. Whatever is refused before `ready` ends the connection as well."
)

NAMES = """
eyeBlinkLeft eyeLookDownLeft eyeLookInLeft eyeLookOutLeft eyeLookUpLeft eyeSquintLeft eyeWideLeft
eyeBlinkRight eyeLookDownRight eyeLookInRight eyeLookOutRight eyeLookUpRight eyeSquintRight eyeWideRight
jawForward jawLeft jawRight jawOpen mouthClose mouthFunnel mouthPucker mouthLeft mouthRight
mouthSmileLeft mouthSmileRight mouthFrownLeft mouthFrownRight mouthDimpleLeft mouthDimpleRight
mouthStretchLeft mouthStretchRight mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper
mouthPressLeft mouthPressRight mouthLowerDownLeft mouthLowerDownRight mouthUpperUpLeft mouthUpperUpRight
browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight
cheekPuff cheekSquintLeft cheekSquintRight noseSneerLeft noseSneerRight tongueOut
""".split()  # noqa: SIM905 - fifty-two quoted names are harder to read

VISEME_NAMES = "sil PP FF TH DD kk CH SS nn RR aa E I O U".split()  # noqa: SIM905

AUDIO = {"encoding": "pcm_s16le", "sample_rate": 16000, "channels": 1}
CONFIG = {
    "audio": AUDIO,
    "fps": [60, 1],
    "weights": "f32",
    "lookahead_ms": 40,
    "pace": "live",
    "emotions": {},
    "auto_emotion": False,
    "idle": "speech",
    "profile": None,
    "engine": None,
    "visemes": False,
    "head": False,
    "stats": False,
    "seed": 0,
}
TOLD = {name: value for name, value in CONFIG.items() if value is not None}
LIMITS = {"message_bytes": 262144, "burst_s": 10.0, "rate": 4.0, "idle_s": 300.0, "resume_s": 30.0}


def rows(count: int, width: int) -> list[list[float]]:
    """Numbers that float16 holds exactly, no two neighbours equal."""
    return [[(5 * i + 3 * k) % 65 / 64 for k in range(width)] for i in range(count)]


def packed(table: list[list[float]], letter: str) -> bytes:
    numbers = [number for row in table for number in row]
    return struct.pack(f"<{len(numbers)}{letter}", *numbers)


def vector(
    name: str, direction: str, wire: Map, meaning: Map | None, *, text: Map | str | None = None, canonical: bool = True
) -> Map:
    text = wire if text is None else text
    return {
        "name": name,
        "direction": direction,
        "msgpack": msgpack.packb(wire).hex(),
        "json": text if isinstance(text, str) else json.dumps(text),
        "meaning": meaning,
        "canonical": canonical,
    }


def client_vectors() -> Iterator[Map]:
    def said(name: str, wire: Map, meaning: Map | None, *, canonical: bool = True) -> Map:
        return vector(name, "client to server", wire, meaning, canonical=canonical)

    yield said("hello, all defaults", {"type": "hello"}, {"type": "hello", "config": CONFIG, "resume": None})
    chosen = {
        "audio": {"encoding": "mulaw", "sample_rate": 8000, "channels": 2},
        "fps": [30000, 1001],
        "weights": "f16",
        "lookahead_ms": 80,
        "pace": "file",
        "emotions": {"joy": 0.5, "anger": 1.0},
        "auto_emotion": True,
        "idle": "always",
        "profile": "soft",
        "engine": "embedded",
        "visemes": True,
        "head": True,
        "stats": True,
        "seed": 4294967295,
    }
    resume = {"session": "s-1", "token": "secret", "utterance": 3, "frame": 17}
    everything = {"type": "hello", "config": chosen, "resume": resume}
    yield said("hello, everything chosen", {"type": "hello", **chosen, "resume": resume}, everything)
    film = {"type": "hello", "config": {**CONFIG, "fps": [24000, 1001]}, "resume": None}
    yield said("hello, a rate as a number", {"type": "hello", "fps": 23.976, "later": [1, {}]}, film, canonical=False)
    again = {"type": "hello", "config": CONFIG, "resume": {"session": "s", "token": "t", "utterance": 0, "frame": -1}}
    yield said(
        "hello, resumed from the start",
        {"type": "hello", "resume": {"session": "s", "token": "t"}},
        again,
        canonical=False,
    )
    pcm = bytes(range(8))
    yield {
        "name": "audio",
        "direction": "client to server",
        "msgpack": msgpack.packb({"type": "audio", "pcm": pcm}).hex(),
        "json": None,
        "json_binary": pcm.hex(),
        "meaning": {"type": "audio", "pcm": pcm.hex()},
        "canonical": True,
    }
    yield said(
        "configure, everything",
        {"type": "configure", "emotions": {"grief": 0.25}, "auto_emotion": True, "idle": "off", "fps": [25, 1]}
        | {"profile": {"jaw_gain": 1.5, "gain": {"jawOpen": 0.5}}},
        {
            "type": "configure",
            "changes": {"emotions": {"grief": 0.25}, "auto_emotion": True, "idle": "off", "fps": [25, 1]}
            | {"profile": {"jaw_gain": 1.5, "gain": {"jawOpen": 0.5}}},
        },
    )
    no_profile = {"type": "configure", "changes": {"profile": None}}
    yield said("configure, null is no profile", {"type": "configure", "profile": None}, no_profile)
    for kind in ("flush", "clear", "marker"):
        yield said(kind, {"type": kind, "id": 9007199254740991}, {"type": kind, "id": 9007199254740991})
        yield said(f"{kind}, without an id", {"type": kind}, {"type": kind, "id": None})
    for kind in ("keepalive", "bye"):
        yield said(kind, {"type": kind}, {"type": kind})
    yield said("an unknown type", {"type": "sing", "song": ["la", {"a": None}]}, None, canonical=False)


def server_vectors() -> Iterator[Map]:
    def told(name: str, wire: Map, meaning: Map | None, text: Map | None = None, *, canonical: bool = True) -> Map:
        return vector(name, "server to client", wire, meaning, text=text, canonical=canonical)

    ready = {
        "type": "ready",
        "protocol": "a2f.v1",
        "session": "s-1",
        "token": "secret",
        "engine": "embedded",
        "names": NAMES,
        "lookahead_ms": 40,
        "limits": LIMITS,
        "config": TOLD,
    }
    meant = {**ready, "config": CONFIG, "viseme_names": None, "resumed": None}
    top = {"fps": [60, 1], "sample_rate": 16000}
    yield told("ready", ready | top, meant)
    resumed = {"utterance": 3, "audio_bytes": 6400}
    yield told("ready, resumed", ready | top | {"resumed": resumed}, meant | {"resumed": resumed})
    heard = {"config": {**TOLD, "visemes": True}, "viseme_names": VISEME_NAMES}
    yield told("ready, with visemes", ready | top | heard, meant | heard | {"config": {**CONFIG, "visemes": True}})
    yield told("configured", {"type": "configured", "config": TOLD}, {"type": "configured", "config": CONFIG})

    weights, head, visemes = rows(2, 52), rows(2, 3), rows(2, 15)
    place = {"type": "frames", "utterance": 3, "index": 6, "count": 2, "time": 0.1}
    plain = place | {"weights": weights, "head": None, "idle": False, "final": False, "fps": [60, 1], "visemes": None}
    as_lists = place | {"weights": weights}
    yield told("frames, f32", place | {"weights": packed(weights, "f")}, plain, as_lists)
    yield told("frames, f16", place | {"weights": packed(weights, "e")}, plain, as_lists, canonical=False)
    yield told("frames, list", as_lists, plain, canonical=False)
    yield told(
        "frames, with head, at the end",
        place | {"weights": packed(weights, "f"), "head": packed(head, "f"), "final": True},
        plain | {"head": head, "final": True},
        as_lists | {"head": head, "final": True},
    )
    yield told(
        "frames, with visemes, f32",
        place | {"weights": packed(weights, "f"), "visemes": packed(visemes, "f")},
        plain | {"visemes": visemes},
        as_lists | {"visemes": visemes},
    )
    yield told(
        "frames, with head and visemes, f16",
        place | {"weights": packed(weights, "e"), "head": packed(head, "e"), "visemes": packed(visemes, "e")},
        plain | {"head": head, "visemes": visemes},
        as_lists | {"head": head, "visemes": visemes},
        canonical=False,
    )
    slow = {"idle": True, "fps": [30000, 1001]}
    yield told(
        "frames, idle, rate lowered", place | {"weights": packed(weights, "f")} | slow, plain | slow, as_lists | slow
    )

    flushed = {"type": "flushed", "id": 7, "utterance": 3, "frames": 61, "seconds": 1.0125}
    yield told("flushed", flushed, flushed)
    cleared = {"type": "cleared", "utterance": 3, "dropped_ms": 240}
    yield told("cleared, without an id", cleared, cleared | {"id": None})
    yield told("marker", {"type": "marker", "id": 5}, {"type": "marker", "id": 5})
    stats = {
        "type": "stats",
        "received_s": 12.5,
        "answered_s": 12.25,
        "real_time_factor": 0.03125,
        "queue_ms": [0.5, 1.5, 2.5],
        "latency_ms": [5.0, 7.5, 12.5],
        "frames_sent": 750,
        "frames_dropped": 0,
    }
    yield told("stats", stats, stats)
    warning = {"type": "warning", "code": "frame_rate_lowered", "message": "the engines are busy: 30 frames a second"}
    yield told("warning", warning, warning)
    error = {"type": "error", "code": "bad_field", "message": "fps fehlt: Größe?", "fatal": False, "ref": "configure"}
    yield told("error", error, error)
    fatal = {"type": "error", "code": "too_big", "message": "too big", "fatal": True}
    yield told("error, fatal", fatal, fatal | {"ref": None})
    brief = {"type": "error", "code": "internal", "message": "failed"}
    yield told("error, no more than it must have", brief, brief | {"fatal": False, "ref": None}, canonical=False)
    yield told("go away", {"type": "go_away", "time_left_ms": 5000}, {"type": "go_away", "time_left_ms": 5000})
    yield told("an unknown type", {"type": "applause"}, None, canonical=False)


def invalid_vectors() -> Iterator[Map]:
    def refused(
        name: str, payload: bytes | str, code: str, close_code: int, *, fatal: bool, json_too: bool = False
    ) -> Map:
        binary = isinstance(payload, bytes)
        shown = {"binary": payload.hex()} if isinstance(payload, bytes) else {"text": payload}
        protocol = "a2f.v1.msgpack" if binary or json_too else "a2f.v1.json"
        return {"name": name, "in": protocol, **shown, "code": code, "close_code": close_code, "fatal": fatal}

    yield refused("text in msgpack", '{"type":"hello"}', "wrong_frame", 1003, fatal=True, json_too=True)
    unreadable = {
        "nothing at all": b"",
        "cut short": msgpack.packb({"type": "audio", "pcm": bytes(8)})[:-1],
        "bytes left over": msgpack.packb({"type": "bye"}) + b"\xc0",
        "an extension type": msgpack.packb({"type": "bye", "at": msgpack.ExtType(5, b"x")}),
        "an empty extension type": b"\x81\xa1a\xc7\x00\x05",
        "a number as key": msgpack.packb({"type": "bye", 1: 2}),
        "text that is not UTF-8": b"\x81\xa4type\xa1\xff",
        "a list that promises too much": b"\x81\xa4type\xdd\xff\xff\xff\xff",
        "nested too deep": b"\x91" * 2000 + b"\xc0",
        "a byte that means nothing": b"\xc1",
    }
    for name, payload in unreadable.items():
        yield refused(name, payload, "unreadable", 1007, fatal=True)
    for name, text in {
        "empty text": "",
        "text cut short": '{"type":"bye"',
        "text left over": '{"type":"bye"} x',
        "NaN": '{"type":"hello","fps":NaN}',
        "text nested too deep": "[" * 3000,
    }.items():
        yield refused(name, text, "unreadable", 1007, fatal=True)
    for name, wire, code, close_code in (
        ("a list", [1], "bad_field", 4400),
        ("no type", {"kind": "hello"}, "bad_field", 4400),
        ("a type that is no text", {"type": ["hello"]}, "bad_field", 4400),
        ("a boolean for an integer", {"type": "flush", "id": True}, "bad_field", 4400),
        ("an integer too large", {"type": "flush", "id": 2**53}, "bad_field", 4400),
        ("text for a boolean", {"type": "hello", "head": "yes"}, "bad_field", 4400),
        ("a list for a map", {"type": "hello", "audio": []}, "bad_field", 4400),
        ("a token is missing", {"type": "hello", "resume": {"session": "s"}}, "bad_field", 4400),
        ("1 Hz", {"type": "hello", "audio": {"sample_rate": 1}}, "bad_audio", 1007),
        ("9 channels", {"type": "hello", "audio": {"channels": 9}}, "bad_audio", 1007),
        ("an unknown encoding", {"type": "hello", "audio": {"encoding": "mp3"}}, "bad_audio", 1007),
        ("1,000 frames a second", {"type": "hello", "fps": 1000}, "bad_setting", 1008),
        ("no denominator", {"type": "configure", "fps": [30, 0]}, "bad_setting", 1008),
        ("an emotion that is not one of ten", {"type": "configure", "emotions": {"envy": 1}}, "bad_setting", 1008),
        ("too much joy", {"type": "configure", "emotions": {"joy": 1.5}}, "bad_setting", 1008),
        ("an unknown idle mode", {"type": "configure", "idle": "sometimes"}, "bad_setting", 1008),
    ):
        yield refused(name, msgpack.packb(wire), code, close_code, fatal=False)
        yield refused(name, json.dumps(wire), code, close_code, fatal=False)
    yield refused("audio as text", '{"type":"audio","pcm":"AAAA"}', "bad_field", 4400, fatal=False)
    yield refused("audio without PCM", msgpack.packb({"type": "audio"}), "bad_field", 4400, fatal=False)
    yield refused("a lone surrogate", '{"type":"hello","engine":"\\ud800"}', "bad_setting", 1008, fatal=False)
    place = {"type": "frames", "utterance": 0, "index": 0, "count": 2, "time": 0.0}
    short = msgpack.packb(place | {"weights": bytes(415)})
    yield refused("frames with a byte too few", short, "bad_field", 4400, fatal=False)
    not_numbers = msgpack.packb(place | {"weights": struct.pack("<104f", *[float("nan")] * 104)})
    yield refused("frames that are not numbers", not_numbers, "bad_field", 4400, fatal=False)
    two_rows = place | {"weights": packed(rows(2, 52), "f")}
    three = msgpack.packb(two_rows | {"visemes": packed(rows(3, 15), "f")})
    yield refused("frames with visemes of one frame more", three, "bad_field", 4400, fatal=False)
    few = json.dumps(place | {"weights": rows(2, 52), "visemes": rows(2, 14)})
    yield refused("frames with a viseme too few", few, "bad_field", 4400, fatal=False)
    ragged = json.dumps(place | {"weights": [[0.0] * 52, [0.0] * 51]})
    yield refused("frames with a row too short", ragged, "bad_field", 4400, fatal=False)


def files() -> dict[str, str]:
    """Name of each file to its text."""
    valid = {"client.json": client_vectors(), "server.json": server_vectors()}
    documents = {name: {"about": ABOUT, "vectors": list(found)} for name, found in valid.items()}
    documents["invalid.json"] = {"about": ABOUT_INVALID, "vectors": list(invalid_vectors())}
    return {name: json.dumps(document, indent=1, ensure_ascii=False) + "\n" for name, document in documents.items()}


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8")
