"""A VTube Studio for tests, written from the documentation of its plugin API: it refuses what the real one refuses."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

TOKEN = "adcd-123-ef09-some-token-string-abcd"
DEFAULTS = {
    **dict.fromkeys(("MouthOpen", "MouthSmile", "EyeOpenLeft", "EyeOpenRight", "Brows"), (0.0, 1.0)),
    **dict.fromkeys(("BrowLeftY", "BrowRightY", "CheekPuff", "TongueOut"), (0.0, 1.0)),
    **dict.fromkeys(("MouthX", "EyeLeftX", "EyeLeftY", "EyeRightX", "EyeRightY"), (-1.0, 1.0)),
    **dict.fromkeys(("FaceAngleX", "FaceAngleY", "FaceAngleZ"), (-30.0, 30.0)),
}


class Refused(Exception):
    """An APIError."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


@dataclass
class VTubeStudio:
    """What it was asked, and what it holds now."""

    allows: bool = True
    """Whether its user clicks on "Allow"."""
    asking: int = 0
    """So many requests come while its user is being asked by an earlier one."""
    tokens: set[str] = field(default_factory=set)
    defaults: dict[str, tuple[float, float]] = field(default_factory=lambda: dict(DEFAULTS))
    custom: dict[str, str] = field(default_factory=dict)
    """Name to the plugin that made it."""
    held_by_other: set[str] = field(default_factory=set)
    most_custom: int = 100
    asked: int = 0
    """How often the user was asked to allow a plugin."""
    connections: int = 0
    values: dict[str, float] = field(default_factory=dict)
    injected: list[dict[str, float]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    revoke: bool = False
    answers: bool = True
    url: str = ""
    plugin: str | None = None

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["VTubeStudio"]:
        async with serve(self._serve, "127.0.0.1", port, compression=None, close_timeout=1) as server:
            self.url = f"127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            yield self

    async def _serve(self, socket: ServerConnection) -> None:
        self.connections, self.plugin = self.connections + 1, None
        with suppress(ConnectionClosed):
            async for text in socket:
                assert isinstance(text, str), "the documentation recommends text messages"
                if answer := self.answer(text):
                    await socket.send(answer)

    def answer(self, text: str) -> str:
        """Answer one request."""
        request = json.loads(text)
        assert request["apiName"] == "VTubeStudioPublicAPI"
        assert request["apiVersion"] == "1.0"
        assert 1 <= len(request["requestID"]) <= 64
        assert request["requestID"].isascii()
        kind = request["messageType"]
        assert kind.endswith("Request")
        try:
            data, kind = self._do(kind, request.get("data") or {}), kind.removesuffix("Request") + "Response"
        except Refused as refused:
            self.refused.append(refused.number)
            data, kind = {"errorID": refused.number, "message": str(refused)}, "APIError"
        if not self.answers and kind == "InjectParameterDataResponse":
            return ""
        envelope = {"apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0", "timestamp": 1625405710728}
        return json.dumps({**envelope, "messageType": kind, "requestID": request["requestID"], "data": data})

    def _do(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        if kind == "APIStateRequest":
            return {"active": True, "vTubeStudioVersion": "1.9.0", "currentSessionAuthenticated": bool(self.plugin)}
        if kind == "AuthenticationTokenRequest":
            return self._ask(data)
        if kind == "AuthenticationRequest":
            return self._authenticate(data)
        if self.revoke:
            self.revoke, self.plugin = False, None
            self.tokens.clear()
        if self.plugin is None:
            raise Refused(8, "This request requires authentication.")
        match kind:
            case "InputParameterListRequest":
                return self._list()
            case "ParameterCreationRequest":
                return self._create(data)
            case "InjectParameterDataRequest":
                return self._inject(data)
        raise Refused(7, f"unknown request type {kind}")

    def _ask(self, data: dict[str, Any]) -> dict[str, Any]:
        for name, number in (("pluginName", 52), ("pluginDeveloper", 53)):
            if not 3 <= len(data.get(name, "")) <= 32:
                raise Refused(number, f"{name} is invalid")
        if self.asking:
            self.asking -= 1
            raise Refused(51, "A token request is already being shown.")
        self.asked += 1
        if not self.allows:
            raise Refused(50, "User has denied API access for your plugin.")
        self.tokens.add(f"{TOKEN}-{self.asked}")
        return {"authenticationToken": f"{TOKEN}-{self.asked}"}

    def _authenticate(self, data: dict[str, Any]) -> dict[str, Any]:
        for name, number in (("authenticationToken", 100), ("pluginName", 101), ("pluginDeveloper", 102)):
            if not data.get(name):
                raise Refused(number, f"{name} is missing")
        good = data["authenticationToken"] in self.tokens
        self.plugin = data["pluginName"] if good else None
        return {"authenticated": good, "reason": "Token valid." if good else "Token invalid or revoked."}

    def _list(self) -> dict[str, Any]:
        about = {"value": 0, "defaultValue": 0}
        return {
            "modelLoaded": False,
            "modelName": "",
            "modelID": "",
            "customParameters": [
                {"name": name, "addedBy": by, "min": 0, "max": 1, **about} for name, by in self.custom.items()
            ],
            "defaultParameters": [
                {"name": name, "addedBy": "VTube Studio", "min": low, "max": high, **about}
                for name, (low, high) in self.defaults.items()
            ],
        }

    def _create(self, data: dict[str, Any]) -> dict[str, Any]:
        name = data["parameterName"]
        if not (4 <= len(name) <= 32 and name.isalnum() and name.isascii()):
            raise Refused(350, "parameter name invalid")
        if name in self.defaults:
            raise Refused(354, "default parameter names are not allowed")
        if len(data.get("explanation", "")) >= 256:
            raise Refused(353, "explanation too long")
        for number in (data["min"], data["max"], data["defaultValue"]):
            if isinstance(number, bool) or not -1e6 <= number <= 1e6:
                raise Refused(351, "values invalid")
        assert self.plugin is not None
        if self.custom.get(name, self.plugin) != self.plugin:
            raise Refused(352, "parameter was created by another plugin")
        if len(self.custom) >= self.most_custom:
            raise Refused(355, "limit of custom parameters exceeded")
        self.custom[name] = self.plugin
        return {"parameterName": name}

    def _inject(self, data: dict[str, Any]) -> dict[str, Any]:
        if not data.get("parameterValues"):
            raise Refused(450, "no data provided")
        if data.get("mode", "set") not in ("set", "add"):
            raise Refused(455, "mode unknown")
        new = {each["id"]: each["value"] for each in data["parameterValues"]}
        for name, value in new.items():
            if name not in self.defaults and name not in self.custom:
                raise Refused(453, f"parameter {name} not found")
            if name in self.held_by_other:
                raise Refused(454, f"parameter {name} is controlled by another plugin")
            if isinstance(value, bool) or not -1e6 <= value <= 1e6:
                raise Refused(451, "value invalid")
        self.values.update(new)
        self.injected.append(new)
        return {}
