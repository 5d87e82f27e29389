"""VTube Studio: what a plugin says to its API, as a pure object: texts in, texts out.

First the plugin asks for a token, which its user must allow in VTube Studio, once. With the token it opens its session,
looks which parameters there are, makes those of its own, and then injects values; what is not injected anew within a
second goes back to whoever had it before. Error numbers are those of the published `ErrorID.cs`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, Final

from a2f_live import arkit
from a2f_live.errors import A2FError, NotAllowed, RemoteProtocolError
from a2f_live.outputs.pose import GAZE_DEGREES, Pose

PORT: Final = 8001
API: Final = {"apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0"}
PLUGIN: Final = {"pluginName": "a2f-live", "pluginDeveloper": "a2f-live"}
"""3 to 32 characters each; the token is bound to both."""
PARAMETER_SETS: Final = ("both", "standard", "own")
MOST_PENDING: Final = 3
"""Injections not yet answered: of a program that is slower than the rate, poses are left out."""

NO_STUDIO: Final = "what answers is no VTube Studio: check host and port"
API_OFF, NEEDS_SESSION, DENIED, ASKED_ALREADY = 1, 8, 50, 51
BUSY: Final = "vts_busy"
"""Code of the error that is over once the user has answered."""
CREATED_BY_OTHER, UNKNOWN_PARAMETER, HELD_BY_OTHER = 352, 453, 454

STANDARD: Final[Mapping[str, Callable[[Pose], float]]] = {
    "MouthOpen": lambda pose: 1.6 * (pose.weight("jawOpen") - pose.weight("mouthClose")),
    "MouthSmile": lambda pose: 0.5 + 0.5 * (_wide(pose) - _narrow(pose)),
    "MouthX": lambda pose: pose.weight("mouthLeft") - pose.weight("mouthRight"),
    "EyeOpenLeft": lambda pose: _open(pose, "Left"),
    "EyeOpenRight": lambda pose: _open(pose, "Right"),
    "EyeLeftX": lambda pose: pose.gaze("Left")[0] / GAZE_DEGREES,
    "EyeLeftY": lambda pose: pose.gaze("Left")[1] / GAZE_DEGREES,
    "EyeRightX": lambda pose: pose.gaze("Right")[0] / GAZE_DEGREES,
    "EyeRightY": lambda pose: pose.gaze("Right")[1] / GAZE_DEGREES,
    "BrowLeftY": lambda pose: _brow(pose, "Left"),
    "BrowRightY": lambda pose: _brow(pose, "Right"),
    "Brows": lambda pose: (_brow(pose, "Left") + _brow(pose, "Right")) / 2,
    "CheekPuff": lambda pose: pose.weight("cheekPuff"),
    "TongueOut": lambda pose: pose.weight("tongueOut"),
    "FaceAngleX": lambda pose: pose.turn[0],
    "FaceAngleY": lambda pose: pose.turn[1],
    "FaceAngleZ": lambda pose: -pose.turn[2],
}
"""Parameters that VTube Studio has itself and every model is made for; the sums are heuristics."""
HEAD: Final = ("FaceAngleX", "FaceAngleY", "FaceAngleZ")

OWN: Final = tuple(f"A2F{name[0].upper()}{name[1:]}" for name in arkit.NAMES)
"""Parameters that the plugin makes, 0..1, one for each weight: 4 to 32 letters and digits."""


class Plugin:
    """One connection. `token` is that of an earlier one, if there was one; see afterwards which holds.

    Raises `NotAllowed` where the user denied access, `RemoteProtocolError` where it is no VTube Studio that answers.
    """

    def __init__(self, token: str | None = None, parameters: str = "both", *, head: bool = True) -> None:
        self.token = token
        self._let_in = False
        self.ready = False
        """Whether values may be injected."""
        self.warnings: list[str] = []
        """What went wrong and was got over; whoever reads them takes them."""
        self.pending = 0
        self._standard = () if parameters == "own" else tuple(name for name in STANDARD if head or name not in HEAD)
        self._own = () if parameters == "standard" else OWN
        self._limits: dict[str, tuple[float, float]] = {}
        self._to_make: list[str] = []
        self._ids = map(str, count(1))

    def begin(self) -> list[str]:
        """The first texts to send."""
        return [self._authenticate() if self.token else self._request("AuthenticationTokenRequest", PLUGIN)]

    def hear(self, text: str | bytes) -> list[str]:
        """Take an answer; gives the texts to send next."""
        kind, data = _read(text)
        match kind:
            case "AuthenticationTokenResponse":
                self.token = str(data.get("authenticationToken", ""))
                return [self._authenticate()]
            case "AuthenticationResponse" if data.get("authenticated") is True:
                self._let_in = True
                return [self._request("InputParameterListRequest")]
            case "AuthenticationResponse":  # revoked, or of another installation
                self.token = None
                return self.begin()
            case "InputParameterListResponse":
                self._look_at(data)
                return self._make_next()
            case "ParameterCreationResponse":
                return self._make_next()
            case "InjectParameterDataResponse":
                self.pending = max(0, self.pending - 1)
            case "APIError":
                return self._hear_error(data)
        return []

    def inject(self, pose: Pose) -> str | None:
        """The text that shows a pose; none while it cannot be shown."""
        if not self.ready or self.pending >= MOST_PENDING:
            return None
        values = [{"id": name, "value": value} for name, value in self._values(pose)]
        if not values:
            return None
        self.pending += 1
        return self._request(
            "InjectParameterDataRequest", {"faceFound": True, "mode": "set", "parameterValues": values}
        )

    def _values(self, pose: Pose) -> Iterator[tuple[str, float]]:
        for name in self._standard:
            low, high = self._limits[name]
            yield name, round(min(max(STANDARD[name](pose), low), high), 5)
        if self._own:
            yield from zip(self._own, (round(weight, 5) for weight in pose.weights.tolist()), strict=True)

    def _authenticate(self) -> str:
        return self._request("AuthenticationRequest", {**PLUGIN, "authenticationToken": self.token})

    def _look_at(self, data: Mapping[str, Any]) -> None:
        """Take those parameters of VTube Studio that this version has; make those of our own that are missing."""
        try:
            known = {each["name"]: (float(each["min"]), float(each["max"])) for each in data["defaultParameters"]}
            made = {each["name"] for each in data["customParameters"]}
        except (KeyError, TypeError, ValueError) as error:
            raise RemoteProtocolError(NO_STUDIO, fatal=True) from error
        self._standard = tuple(name for name in self._standard if name in known)
        self._limits = {name: known[name] for name in self._standard}
        self._to_make = [name for name in self._own if name not in made]

    def _make_next(self) -> list[str]:
        if not self._to_make:
            self.ready = True
            return []
        name = self._to_make.pop(0)
        about = f"{name.removeprefix('A2F')} of ARKit, from speech"
        limits = {"min": 0, "max": 1, "defaultValue": 0}
        return [self._request("ParameterCreationRequest", {"parameterName": name, "explanation": about, **limits})]

    def _hear_error(self, data: Mapping[str, Any]) -> list[str]:
        number, message = data.get("errorID"), str(data.get("message", ""))
        if number in (DENIED, API_OFF):
            raise NotAllowed(
                f"VTube Studio does not let us in ({message}): allow plugins there, and {PLUGIN['pluginName']} of them"
            )
        if number == ASKED_ALREADY:
            raise A2FError(f"VTube Studio is asking its user already ({message}): answer there", code=BUSY)
        if number == NEEDS_SESSION:  # access was revoked while we were in
            self.ready, self._let_in, self.token, self.pending = False, False, None, 0
            return self.begin()
        if not self._let_in:
            raise NotAllowed(f"VTube Studio does not let us in ({message}): see its log, and its list of plugins")
        if not self.ready:
            if number != CREATED_BY_OTHER:
                self._give_up_own(message)
            return self._make_next()
        self.pending = max(0, self.pending - 1)
        if number in (UNKNOWN_PARAMETER, HELD_BY_OTHER) and self._standard:
            self.warnings.append(
                f"another plugin moves the parameters of VTube Studio ({message}): only our own are set"
            )
            self._standard = ()
        else:
            self.warnings.append(f"VTube Studio did not take a pose: {message}")
        return []

    def _give_up_own(self, message: str) -> None:
        self.warnings.append(f"VTube Studio makes no parameters for us ({message}): only its own are set")
        self._own, self._to_make = (), []

    def _request(self, kind: str, data: Mapping[str, Any] | None = None) -> str:
        request = {**API, "requestID": next(self._ids), "messageType": kind, "data": data or {}}
        return json.dumps(request, separators=(",", ":"))


def _read(text: str | bytes) -> tuple[str, Mapping[str, Any]]:
    try:
        answer = json.loads(text)
        if answer["apiName"] != API["apiName"]:
            raise ValueError
        return str(answer["messageType"]), dict(answer.get("data") or {})
    except (ValueError, KeyError, TypeError) as error:
        raise RemoteProtocolError(NO_STUDIO, fatal=True) from error


def _wide(pose: Pose) -> float:
    return pose.both("mouthSmile") + 0.5 * pose.both("mouthStretch") + 0.3 * pose.both("mouthDimple")


def _narrow(pose: Pose) -> float:
    return pose.both("mouthFrown") + 0.6 * pose.weight("mouthPucker") + 0.4 * pose.weight("mouthFunnel")


def _open(pose: Pose, side: str) -> float:
    return 1 - pose.weight(f"eyeBlink{side}")


def _brow(pose: Pose, side: str) -> float:
    raised = 0.5 * (pose.weight(f"browOuterUp{side}") + pose.weight("browInnerUp"))
    return 0.5 + 0.5 * (raised - pose.weight(f"browDown{side}"))
