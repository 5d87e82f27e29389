"""The characters: how each is shaped, coloured and groomed."""

from dataclasses import dataclass, field

Colour = tuple[float, float, float]
"""sRGB, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One character."""

    name: str
    shape: dict[str, float]
    """Shape target to weight; `*` stands for both sides."""
    skin: Colour
    lips: Colour
    hair: Colour
    hair_light: Colour
    iris: Colour
    iris_inner: Colour
    cloth: Colour
    tongue: Colour = (0.74, 0.4, 0.39)
    flush: float = 0.5
    """How red cheeks, nose and ears are."""
    freckles: float = 0.0
    stubble: float = 0.0
    makeup: float = 0.0
    pores: float = 1.0
    lip_roughness: float = 0.4
    brow: float = 1.0
    """How thick the brows are."""
    brow_shape: tuple[float, float] = (0.035, -0.06)
    """Lift at the arch and at the tail, decimetres."""
    lash_mm: float = 8.0
    style: str = "bun"
    rest: dict[str, float] = field(default_factory=dict)
    """Morphs that are part of the face at rest; a blink still closes the eyes."""


MAYA = Recipe(
    name="maya",
    shape={
        "macrodetails/caucasian-female-young": 0.55,
        "macrodetails/asian-female-young": 0.3,
        "macrodetails/african-female-young": 0.15,
        "macrodetails/universal-female-young-averagemuscle-averageweight": 1.0,
    },
    skin=(0.83, 0.635, 0.53),
    lips=(0.68, 0.37, 0.365),
    hair=(0.16, 0.085, 0.055),
    hair_light=(0.3, 0.19, 0.13),
    iris=(0.27, 0.155, 0.075),
    iris_inner=(0.4, 0.23, 0.1),
    cloth=(0.16, 0.27, 0.3),
    flush=0.55,
    freckles=0.3,
    makeup=0.7,
    rest={"eyeWideLeft": 0.12, "eyeWideRight": 0.12},
    pores=0.7,
    lip_roughness=0.42,
)
THEO = Recipe(
    name="theo",
    shape={
        "macrodetails/caucasian-male-young": 0.6,
        "macrodetails/african-male-young": 0.4,
        "macrodetails/universal-male-young-averagemuscle-averageweight": 1.0,
    },
    skin=(0.56, 0.39, 0.29),
    lips=(0.5, 0.29, 0.26),
    hair=(0.13, 0.1, 0.085),
    hair_light=(0.34, 0.26, 0.21),
    iris=(0.2, 0.11, 0.05),
    iris_inner=(0.3, 0.16, 0.07),
    cloth=(0.22, 0.24, 0.28),
    flush=0.35,
    stubble=0.75,
    lip_roughness=0.45,
    brow=1.25,
    brow_shape=(0.015, -0.05),
    lash_mm=5.5,
    style="crop",
    rest={"eyeWideLeft": 0.22, "eyeWideRight": 0.22},
)
ALL = (MAYA, THEO)
