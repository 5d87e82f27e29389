"""Packets, read by parsers of other people, where those are installed: `pip install pylivelinkface timecode oscpy`."""

from fractions import Fraction

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.outputs.livelink import LiveLinkFace
from a2f_live.outputs.vmc import Vmc
from tests.outputs.reading import pose

DEVICE = "6D1A7A2E-97F3-4B39-8C0D-1E5A2B7C9F10"


def test_pylivelinkface_reads_live_link_face() -> None:
    library = pytest.importorskip("pylivelinkface", reason="pip install pylivelinkface timecode")
    shown = pose()
    has_face, read = library.PyLiveLinkFace.decode(LiveLinkFace("Ana", DEVICE, Fraction(60)).packet(shown, 4711))
    assert has_face
    assert (read.uuid, read.name, read.fps) == (f"${DEVICE}", "Ana", 60)
    told = {shape.name: read.get_blendshape(shape) for shape in library.FaceBlendShape}
    weights = [told[name[0].upper() + name[1:]] for name in arkit.NAMES]
    assert np.array_equal(np.array(weights, np.float32), shown.weights)


def test_oscpy_reads_vmc() -> None:
    parser = pytest.importorskip("oscpy.parser", reason="pip install oscpy")
    shown = pose()
    heard: dict[str, float] = {}
    for packet in Vmc().packets(shown, 0):
        for address, _, values, _ in parser.read_packet(packet, encoding="utf-8"):
            if address == b"/VMC/Ext/Blend/Val":
                heard[values[0]] = values[1]
    assert np.array_equal(np.array([heard[name] for name in arkit.LIVE_LINK_NAMES], np.float32), shown.weights)
