/** From the bytes of a GLB or VRM to a character. */

import { type BufferGeometry, Group, LoadingManager, type Material, type Mesh, type Object3D, type Texture, type Vector3 } from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

import { PageError, sentence } from "../errors.ts";
import type { Pose } from "../pose.ts";
import type { Avatar, HeadBone } from "./avatar.ts";
import { blinkPlaces, findEyes } from "./eyes.ts";
import { type Channels, mapFace } from "./face_map.ts";
import { type Gltf, list, readGlb } from "./glb.ts";
import { headNode, HeadTurner } from "./head.ts";
import { applyMorphs, morphNodes } from "./morphs.ts";
import { readVrm } from "./vrm.ts";

/** Between the eyes of people; an avatar whose eyes are much further apart or closer is in other units. */
const EYES_APART_M = 0.064;
const UNITS = 3;

/** Reads a character from a file of its own. Throws a `PageError` that says what to do. */
export async function loadAvatar(title: string, bytes: Uint8Array<ArrayBuffer>, channels: Channels): Promise<Avatar> {
  const glb = readGlb(bytes);
  const { scene, places, objects } = await parse(title, bytes, glb.json);
  const vrm = readVrm(glb.json);
  const root = new Group();
  root.add(scene);
  if (vrm?.version === 0) root.rotation.y = Math.PI; // version 0 looks backwards
  root.updateMatrixWorld(true);
  const morphs = morphNodes(glb.json, root, places);
  const map = mapFace(glb.json, vrm, morphs, channels);
  prepare(scene);
  const place = headNode(glb.json, vrm);
  const bone = place === undefined ? undefined : objects.get(place);
  fitUnits(root, blinkPlaces(morphs, channels.weights));
  const turner = bone ? new HeadTurner(bone) : undefined;
  return {
    title,
    root,
    glb,
    morphs,
    match: { ...map, head: place === undefined ? undefined : (list(glb.json.nodes)[place]?.name ?? `#${place}`) },
    head: turner && place !== undefined ? headBone(place, turner) : undefined,
    apply(pose: Pose) {
      for (const node of morphs) applyMorphs(node, pose);
      turner?.apply(pose.head);
    },
    eyes: () => findEyes(root, blinkPlaces(morphs, channels.weights), bone),
    dispose: () => dispose(root),
  };
}

interface Parsed {
  readonly scene: Object3D;
  readonly places: (object: Object3D) => number | undefined;
  readonly objects: ReadonlyMap<number, Object3D>;
}

async function parse(title: string, bytes: Uint8Array<ArrayBuffer>, json: Gltf): Promise<Parsed> {
  const manager = new LoadingManager();
  manager.setURLModifier((url) => {
    if (url.startsWith("blob:") || url.startsWith("data:")) return url;
    throw new PageError("The avatar needs files from elsewhere, which are not fetched: export it with everything inside.");
  });
  try {
    const gltf = await new GLTFLoader(manager).parseAsync(bytes.buffer, "");
    const places = (object: Object3D): number | undefined => gltf.parser.associations.get(object)?.nodes;
    const objects = new Map<number, Object3D>();
    gltf.scene.traverse((object) => {
      const place = places(object);
      if (place !== undefined && !objects.has(place)) objects.set(place, object);
    });
    return { scene: gltf.scene, places, objects };
  } catch (thrown) {
    if (thrown instanceof PageError) throw thrown;
    throw new PageError(`“${title}” cannot be read (${sentence(thrown)}): check it in a glTF validator.`);
  }
}

/** Morphs move vertices out of the box that three.js knows, and a face close to the camera must not vanish. */
function prepare(scene: Object3D): void {
  scene.traverse((object) => {
    object.frustumCulled = false;
    const mesh = object as Mesh;
    if (mesh.isMesh) mesh.castShadow = mesh.receiveShadow = true;
  });
}

function fitUnits(root: Group, blinks: readonly Vector3[]): void {
  const apart = blinks.length === 2 ? blinks[0]!.distanceTo(blinks[1]!) : EYES_APART_M;
  if (apart > EYES_APART_M * UNITS || apart < EYES_APART_M / UNITS) root.scale.setScalar(EYES_APART_M / apart);
  root.updateMatrixWorld(true);
}

function headBone(node: number, turner: HeadTurner): HeadBone {
  return {
    node,
    turned(head) {
      const { x, y, z, w } = turner.rotation(head);
      return [x, y, z, w];
    },
  };
}

function dispose(root: Object3D): void {
  root.traverse((object) => {
    const mesh = object as Mesh<BufferGeometry, Material | Material[]>;
    if (!mesh.isMesh) return;
    mesh.geometry.dispose();
    for (const material of [mesh.material].flat()) {
      for (const value of Object.values(material)) if ((value as Texture | null)?.isTexture) (value as Texture).dispose();
      material.dispose();
    }
  });
}

