/** From the bytes of a GLB or VRM to a character. */

import { bindHead } from "a2f-live";
import { Group, LoadingManager, type Material, type Mesh, type Object3D, type Texture, Vector3 } from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

import { PageError, sentence } from "../errors.ts";
import type { Avatar, HeadBone } from "./avatar.ts";
import { bind } from "./binding.ts";
import { blinkPlaces, findEyes } from "./eyes.ts";
import { type Gltf, list, OUTSIDE, readGlb } from "./glb.ts";
import { modelOf, morphNodes } from "./morphs.ts";
import { readVrm, type Vrm } from "./vrm.ts";

/** Between the eyes of people; an avatar whose eyes are much further apart or closer is in other units. */
const EYES_APART_M = 0.064;
const UNITS = 3;

/** Reads a character; `names` are those of the weights. Throws a `PageError` that says what to do. */
export async function loadAvatar(
  title: string,
  bytes: Uint8Array<ArrayBuffer>,
  names: readonly string[],
): Promise<Avatar> {
  const glb = readGlb(bytes);
  const { scene, placeOf } = await parse(title, bytes);
  const vrm = readVrm(glb.json);
  const root = new Group();
  const turned = new Group().add(scene);
  root.add(turned);
  if (vrm?.version === 0) turned.rotation.y = Math.PI; // version 0 looks backwards
  prepare(root);
  const morphs = morphNodes(glb.json, root, placeOf);
  fitUnits(root, blinkPlaces(morphs));
  const { match, apply } = bind(root, morphs, vrm, names);
  const head = headOf(root, vrm, glb.json, placeOf);
  const turn = head && bindHead(modelOf(root), { bone: head.bone });
  return {
    title,
    root,
    glb,
    morphs,
    match,
    head,
    apply(pose) {
      apply(pose);
      turn?.apply(pose);
    },
    eyes: () => findEyes(root, [blinkPlaces(morphs), bonesAt(root, vrm?.eyes ?? [], placeOf)], head?.bone),
    dispose: () => dispose(root),
  };
}

type PlaceOf = (object: Object3D) => number | undefined;

async function parse(title: string, bytes: Uint8Array<ArrayBuffer>): Promise<{ scene: Object3D; placeOf: PlaceOf }> {
  const manager = new LoadingManager();
  manager.setURLModifier((url) => {
    if (url.startsWith("blob:") || url.startsWith("data:")) return url;
    throw new PageError(OUTSIDE);
  });
  try {
    const gltf = await new GLTFLoader(manager).parseAsync(bytes.slice().buffer, "");
    return { scene: gltf.scene, placeOf: (object) => gltf.parser.associations.get(object)?.nodes };
  } catch (thrown) {
    if (thrown instanceof PageError) throw thrown;
    throw new PageError(`“${title}” cannot be read (${sentence(thrown)}): check it in a glTF validator.`);
  }
}

/** Morphs move vertices out of the box that three.js knows, and a face close to the camera must not vanish. */
function prepare(root: Object3D): void {
  root.traverse((object) => {
    object.frustumCulled = false;
    const mesh = object as Mesh;
    if (mesh.isMesh) mesh.castShadow = mesh.receiveShadow = true;
  });
  root.updateMatrixWorld(true);
}

function fitUnits(root: Object3D, [left, right]: readonly Vector3[]): void {
  const apart = left && right ? left.distanceTo(right) : EYES_APART_M;
  if (apart > EYES_APART_M * UNITS || apart < EYES_APART_M / UNITS) root.scale.setScalar(EYES_APART_M / apart);
  root.updateMatrixWorld(true);
}

/** The bone that a VRM names, else the one that is called so. */
function headOf(root: Object3D, vrm: Vrm | undefined, json: Gltf, placeOf: PlaceOf): HeadBone | undefined {
  const named = vrm?.head === undefined ? bindHead(modelOf(root))?.bone : undefined;
  let head: HeadBone | undefined;
  root.traverse((object) => {
    const node = placeOf(object);
    const isHead = vrm?.head === undefined ? object.name === named && !(object as Mesh).isMesh : node === vrm.head;
    if (node === undefined || !isHead || head) return;
    head = { bone: object, node, name: list(json.nodes)[node]?.name ?? object.name };
  });
  return head;
}

/** The places of bones in the world. */
function bonesAt(root: Object3D, nodes: readonly number[], placeOf: PlaceOf): Vector3[] {
  const places: Vector3[] = [];
  root.traverse((object) => {
    if (nodes.includes(placeOf(object) ?? -1)) places.push(object.getWorldPosition(new Vector3()));
  });
  return places;
}

function dispose(root: Object3D): void {
  root.traverse((object) => {
    const mesh = object as Mesh;
    if (!mesh.isMesh) return;
    mesh.geometry.dispose();
    for (const material of [mesh.material].flat() as Material[]) {
      for (const value of Object.values(material))
        if ((value as Texture | null)?.isTexture) (value as Texture).dispose();
      material.dispose();
    }
  });
}
