"""How light meets each part: plain glTF materials that any viewer knows."""

from typing import Any

Material = dict[str, Any]


def _plain(picture: str, roughness: float, *, alpha: str = "OPAQUE", both_sides: bool = False) -> Material:
    material: Material = {
        "pbrMetallicRoughness": {
            "baseColorTexture": {"picture": picture},
            "metallicFactor": 0,
            "roughnessFactor": roughness,
        }
    }
    if alpha == "MASK":
        material |= {"alphaMode": "MASK", "alphaCutoff": 0.42}
    elif alpha != "OPAQUE":
        material["alphaMode"] = alpha
    if both_sides:
        material["doubleSided"] = True
    return material


def _specular(material: Material, strength: float) -> Material:
    return material | {"extensions": {"KHR_materials_specular": {"specularFactor": strength}}}


def _skin() -> Material:
    material = _plain("skin", 1.0)
    material["pbrMetallicRoughness"]["metallicRoughnessTexture"] = {"picture": "gloss"}
    return _specular(
        material
        | {
            "occlusionTexture": {"picture": "gloss", "strength": 0.85},
            "normalTexture": {"picture": "pores", "scale": 0.8},
        },
        0.8,
    )


def _eye() -> Material:
    coat = {"KHR_materials_clearcoat": {"clearcoatFactor": 1.0, "clearcoatRoughnessFactor": 0.03}}
    return _plain("eye", 0.5) | {"normalTexture": {"picture": "iris"}, "extensions": coat}


def all_of() -> dict[str, Material]:
    """Materials by name, in the order in which see-through ones are best drawn."""
    return {
        "Skin": _skin(),
        "Eye": _eye(),
        "Mouth": _specular(_plain("mouth", 0.4), 0.22),
        "EyeShadow": _specular(_plain("shade", 1.0, alpha="BLEND"), 0.0),
        "Brow": _specular(_plain("brow", 0.9, alpha="BLEND"), 0.2),
        "Lash": _specular(_plain("lash", 0.9, alpha="BLEND", both_sides=True), 0.2),
        "Hair": _hair(),
        "Cloth": _cloth(),
    }


def _hair() -> Material:
    material = _specular(_plain("hair", 0.5, alpha="MASK", both_sides=True), 0.6)
    return material | {"normalTexture": {"picture": "hairs", "scale": 0.5}}


def _cloth() -> Material:
    return _specular(_plain("cloth", 0.95, both_sides=True), 0.3)


def fur(cutoff: float, shade: float) -> Material:
    """One layer of short hair: only what reaches its height is drawn."""
    material = _specular(_plain("fur", 0.85, alpha="MASK"), 0.3)
    material["alphaCutoff"] = round(cutoff, 3)
    material["pbrMetallicRoughness"]["baseColorFactor"] = [round(shade, 3)] * 3 + [1]
    return material
