"""Puts a character together and writes it."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from assets.faces.making import (
    atlas,
    brows,
    bust,
    checks,
    cloth,
    eyes,
    hair,
    lids,
    lips,
    materials,
    mouth,
    pictures,
    skin_paint,
    small_paint,
    solids,
    strands,
)
from assets.faces.making.bust import Figure
from assets.faces.making.characters import Recipe
from assets.faces.making.checks import Finding
from assets.faces.making.gltf import METRES, Character, Part, write
from assets.faces.making.skeleton import of_height, rigid, skeleton
from assets.faces.making.source import Floats
from assets.faces.making.surface import Mesh, normals

Pair = tuple[eyes.Eye, eyes.Eye]

NOTICE = "CC0 1.0: no rights reserved. Made from MakeHuman's base mesh and Mika Suominen's Face Units (CC0 1.0)."


def build(recipe: Recipe, folder: Path, *, texture: int = skin_paint.SIZE, checked: bool = True) -> list[Finding]:
    """Write one character into a folder; what is found to poke through is returned, if it is looked for."""
    start = time.perf_counter()
    figure = bust.shape(recipe.shape, recipe.rest)
    skin, pair = _shut_in(figure, lips.closed(bust.skin(figure)))
    head = hair.Head.of(figure, skin)
    meshes = {"Face": _face(figure, cloth.uncovered(figure, skin), pair, recipe)}
    looks = materials.all_of()
    groomed, extra, hair_pictures = hair.groom(head, skin, recipe)
    looks |= extra
    if groomed:
        meshes["Hair"] = [
            _part(mesh, name, rigid(mesh, "Head"), opacity=opacity) for name, (mesh, opacity) in groomed.items()
        ]
    shirt = cloth.shirt(figure, skin)
    meshes["Shirt"] = [_part(shirt, "Cloth", of_height(figure, shirt.positions))]
    paint = skin_paint.paint(figure, skin, recipe, head.scalp(skin.positions), size=texture)
    images = _pictures(recipe, paint) | hair_pictures | {"cloth": pictures.jpeg(cloth.weave(recipe), 85)}
    named = {part.material for parts in meshes.values() for part in parts}
    looks = {name: look for name, look in looks.items() if name in named}
    path = folder / f"{recipe.name}.glb"
    write(Character(recipe.name, meshes, skeleton(figure, pair), looks, images, NOTICE), path)
    count = sum(len(part.triangles) for parts in meshes.values() for part in parts)
    print(f"{path.name}: {count} triangles, {path.stat().st_size / 1e6:.2f} MB, {time.perf_counter() - start:.0f} s")
    if not checked:
        return []
    for pose, gap in checks.openings(skin).items():
        print(f"  lips in the pose {pose}: {gap:+.2f} mm at the widest gap; negative is pressed")
    return checks.examine(skin, pair, mouth.build(figure, skin))


def _shut_in(figure: Figure, skin: Mesh) -> tuple[Mesh, Pair]:
    """Set the eyes behind the lids and keep the lids off them."""
    left, right = (np.concatenate(rim.edges(skin.positions)) for rim in lids.rims(skin))
    pair = eyes.both(figure, left, right)
    return lids.cleared(skin, pair), pair


def _face(figure: Figure, skin: Mesh, pair: Pair, recipe: Recipe) -> list[Part]:
    inner = mouth.build(figure, skin)
    edges = lids.rims(skin)
    lash = solids.join(
        [lids.lashes(skin, rim, eye, recipe.lash_mm / 100) for rim, eye in zip(edges, pair, strict=True)]
    )
    shade = solids.join([lids.shadow(skin, rim, eye) for rim, eye in zip(edges, pair, strict=True)])
    brow = solids.join(
        [brows.build(skin, eye.centre, side, 0.13, recipe.brow_shape) for eye, side in zip(pair, (1, -1), strict=True)]
    )
    balls = solids.join([eye.mesh for eye in pair])
    turned = np.concatenate([rigid(eye.mesh, name) for eye, name in zip(pair, ("LeftEye", "RightEye"), strict=True)])
    behind = solids.join([inner.teeth, inner.tongue])
    return [
        _part(skin, "Skin", of_height(figure, skin.positions), atlas.place),
        _part(balls, "Eye", turned),
        _part(behind, "Mouth", rigid(behind, "Head")),
        _part(shade, "EyeShadow", rigid(shade, "Head")),
        _part(brow, "Brow", rigid(brow, "Head")),
        _part(lash, "Lash", rigid(lash, "Head")),
    ]


def _part(
    mesh: Mesh,
    material: str,
    shares: Floats,
    place: Callable[[Floats], Floats] | None = None,
    opacity: Floats | None = None,
) -> Part:
    """Split a mesh where its texture has seams, and turn its normals with every morph."""
    outward = normals(mesh.positions, mesh.triangles)
    turns = np.zeros_like(mesh.morphs)
    for number, moves in enumerate(mesh.morphs):
        if np.abs(moves).max() > 1e-4:
            turns[number] = normals(mesh.positions + moves, mesh.triangles) - outward
    uvs = (place(mesh.uvs) if place else mesh.uvs).reshape(-1, 2)
    corners = mesh.triangles.reshape(-1)
    keys = np.column_stack([corners, np.round(uvs * 32768)])
    _, first, index = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    origin = corners[first]
    moving = bool(np.abs(mesh.morphs).max(initial=0) > 1e-4)
    return Part(
        mesh.positions[origin] * METRES,
        outward[origin],
        uvs[first],
        index.reshape(-1, 3),
        material,
        mesh.morphs[:, origin] * METRES if moving else np.zeros((0, len(origin), 3)),
        turns[:, origin] if moving else np.zeros((0, len(origin), 3)),
        shares[origin],
        None if opacity is None else opacity[origin],
    )


def _pictures(recipe: Recipe, paint: skin_paint.SkinPaint) -> dict[str, bytes]:
    return {
        "skin": pictures.jpeg(paint.colour, 87),
        "gloss": pictures.jpeg(paint.gloss, 88),
        "pores": pictures.jpeg(paint.pores, 84),
        "eye": pictures.jpeg(small_paint.eye(recipe), 92),
        "iris": pictures.jpeg(small_paint.eye_relief(), 92),
        "mouth": pictures.jpeg(small_paint.mouth(recipe), 92),
        "shade": pictures.png(strands.lid_shadow()),
        "brow": pictures.png(strands.brow(recipe), levels=32),
        "lash": pictures.png(strands.lash(recipe), levels=32),
    }
