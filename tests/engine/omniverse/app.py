"""A small stand-in for Omniverse Audio2Face: its REST interface in the captured shapes, with faults as told.

In a test it is a server in a thread; run as a program it takes Omniverse's own arguments, and `--fault NAME`.
"""

import argparse
import contextlib
import json
import math
import re
import sys
import threading
import time
import wave
import zlib
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit

INSTANCE = "/World/audio2face/CoreFullface"
PLAYER = "/World/audio2face/Player"
SOLVER = "/World/audio2face/BlendshapeSolve"
RATE_HZ = 16_000
HEARD_S = 0.26
PORT_ARGUMENT = re.compile(r"--/exts/omni\.services\.transport\.server\.http/port=(\d+)")
MOVED = "http server was meant to start on another port but port is taken, starting on port {}"
MARK_FACS = ("jawDrop", "pucker", "funneler", "lipPressor", "chinRaiser", "lipSuck", "innerBrowRaiserL", "cheekPuffR")


@dataclass
class App:
    """The state of one instance, and what is wrong with it: faults and how often each still shows, -1 for ever."""

    faults: Counter[str] = field(default_factory=Counter)
    names: tuple[str, ...] = arkit.NAMES
    usd: str = ""
    root: Path = Path()
    track: str = ""
    range_s: tuple[float, float] = (0.0, -1.0)
    emotions: dict[str, float] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    hanging: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    exports_at_home: int = -1
    """Exports until it says that it went to another port; -1 for ever."""

    def shows(self, fault: str) -> bool:
        left = self.faults[fault]
        if left > 0:
            self.faults[fault] -= 1
        return left != 0

    def bodies(self, path: str) -> list[Any]:
        return [body for called, body in self.calls if called == path]

    def hang(self) -> None:
        self.hanging.set()
        self.released.wait()

    def answer(self, path: str, body: Any) -> tuple[int, Any]:
        self.calls.append((path, body))
        if path == "/status":
            return 200, "OK"
        if self.shows("404"):
            return 404, {"detail": "Not Found"}
        if self.shows("hang"):
            self.hang()
        if self.shows("500"):
            return 500, "Internal Server Error"
        if self.shows("422"):
            return 422, {"detail": [{"loc": ["body", "start"], "msg": "value is not a float", "type": "type_error"}]}
        if self.shows("error"):
            return 200, {"status": "ERROR", "message": "told to refuse"}
        if self.shows("garbage"):
            return 200, b"<html>gateway</html>"
        if self.shows("shapeless"):
            return 200, [1, 2]
        name = path.strip("/").replace("/", "_").lower()
        answer: tuple[int, Any] = getattr(self, f"on_{name}")(body)
        return answer

    def on_a2f_usd_load(self, body: Any) -> tuple[int, Any]:
        self.usd = body["file_name"]
        return 200, {"status": "OK", "message": "Succeeded"}

    def on_a2f_getinstances(self, _: Any) -> tuple[int, Any]:
        names = [INSTANCE] if self.loaded else []
        return 200, {"status": "OK", "result": {"fullface_instances": names}, "message": "Succeeded"}

    def on_a2f_player_getinstances(self, _: Any) -> tuple[int, Any]:
        result: Any = {"regular": [PLAYER] if self.loaded else [], "streaming": []}
        if self.shows("flat players"):
            result = result["regular"]
        return 200, {"status": "OK", "result": result, "message": "Suceeded to retrieve Player instances"}

    def on_a2f_exporter_getblendshapesolvers(self, _: Any) -> tuple[int, Any]:
        return 200, {"status": "OK", "result": [SOLVER] if self.loaded else []}

    @property
    def loaded(self) -> bool:
        return not self.shows("no scene") or bool(self.usd)

    def on_a2f_player_setrootpath(self, body: Any) -> tuple[int, Any]:
        self.root = Path(body["dir_path"])
        return 200, {"status": "OK", "message": f"Set the audio file root to {self.root}"}

    def on_a2f_player_settrack(self, body: Any) -> tuple[int, Any]:
        self.track = body["file_name"]
        if not (self.root / self.track).is_file():
            return 200, {"status": "ERROR", "message": f"no track {self.track}"}
        return 200, {"status": "OK", "message": f"Set track to {self.track}"}

    def on_a2f_player_setrange(self, body: Any) -> tuple[int, Any]:
        for name in ("start", "end"):
            if not isinstance(body[name], float):
                return 422, {"detail": [{"loc": ["body", name], "msg": "value is not a float", "type": "type_error"}]}
        self.range_s = body["start"], body["end"]
        return 200, {"status": "OK"}

    def on_a2f_a2e_setemotionbyname(self, body: Any) -> tuple[int, Any]:
        self.emotions = body["emotions"]
        return 200, {"status": "OK"}

    def on_a2f_a2e_generatekeys(self, _: Any) -> tuple[int, Any]:
        return 200, {"status": "OK"}

    def on_a2f_exporter_exportblendshapes(self, body: Any) -> tuple[int, Any]:
        if self.shows("export hang"):
            self.hang()
        if body["solver_node"] != (SOLVER.removeprefix("/World") if self.shows("no root") else SOLVER):
            return 200, {"status": "ERROR", "message": "BlendShape Export failed: Invalid solver node"}
        if self.exports_at_home == 0:
            print(MOVED.format(1024), flush=True)
        self.exports_at_home -= 1
        document = json.dumps(self.exported(body["fps"]))
        file = Path(body["export_directory"]) / f"{body['file_name']}_bsweight.json"
        if self.shows("no file"):
            return 200, {"status": "OK"}
        if self.shows("cut"):
            document = document[: len(document) // 2]
        if self.shows("late"):
            file.write_text(document[:100])
            threading.Timer(0.1, file.write_text, (document,)).start()
        else:
            file.write_text(document)
        return 200, {"status": "OK"}

    def exported(self, fps: int) -> dict[str, Any]:
        with wave.open(str(self.root / self.track)) as sound:
            samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32_767
        start_s, end_s = (0.0, -1.0) if self.shows("whole") else self.range_s
        if end_s < 0:
            end_s = len(samples) / RATE_HZ
        weights = self.weights(samples, start_s, math.ceil(round((end_s - start_s) * fps, 6)), fps)
        if self.shows("short"):
            weights = weights[: len(weights) // 2]
        track = "C:\\speech\\other.wav" if self.shows("other track") else str(self.root / self.track)
        document = {"exportFps": fps, "trackPath": track, "numPoses": len(self.names)}
        matrix = weights.tolist()
        if self.shows("nonsense"):
            matrix[0][0] = math.nan
        return {**document, "numFrames": len(matrix), "facsNames": list(self.names), "weightMat": matrix}

    def weights(self, samples: NDArray[np.float64], start_s: float, frames: int, fps: int) -> NDArray[np.float64]:
        """Loudness of what is heard 0.26 s around a frame, and a checksum of it."""
        rows = np.zeros((frames, len(self.names)))
        for frame in range(frames):
            at = round((start_s + frame / fps) * RATE_HZ)
            heard = samples[max(0, at - round(HEARD_S * RATE_HZ)) : at + round(HEARD_S * RATE_HZ)]
            loud = min(1.0, 4 * float(np.sqrt(np.mean(np.square(heard))))) if len(heard) else 0.0
            rows[frame, :2] = loud, zlib.crc32(heard.tobytes()) % 1024 / 1024 if loud else 0.0
            for index, name in enumerate(self.names):
                if name in ("jawOpen", "jawDrop"):
                    rows[frame, index] = loud
                if name == "mouthSmileLeft":
                    rows[frame, index] = self.emotions.get("joy", 0.0)
        return rows


class Handler(BaseHTTPRequestHandler):
    app: App

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
        return

    def _answer(self, body: Any) -> None:
        status, answer = self.app.answer(self.path, body)
        text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        with contextlib.suppress(ConnectionError):  # who asked may have given up
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)


class Server:
    """The stand-in in a thread of this process."""

    def __init__(self, port: int = 0, app: App | None = None) -> None:
        self.app = app or App()
        handler = type("Bound", (Handler,), {"app": self.app})
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.app.released.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fault", action="append", default=[])
    parser.add_argument("--moves", type=int, default=0, help="port to go to, as if its own were taken")
    parser.add_argument("--exports-at-home", type=int, default=-1)
    parser.add_argument("--starts-in", type=float, default=0.0)
    options, rest = parser.parse_known_args()
    port = next(int(found[1]) for argument in rest if (found := PORT_ARGUMENT.fullmatch(argument)))
    if "dies" in options.fault:
        sys.exit("no GPU was found")
    time.sleep(options.starts_in)
    if options.moves:
        print(MOVED.format(options.moves), flush=True)
        port = options.moves
    app = App(Counter(dict.fromkeys(options.fault, -1)), exports_at_home=options.exports_at_home)
    server = Server(port, app)
    print("app ready", flush=True)
    server.app.released.wait()


if __name__ == "__main__":
    main()
