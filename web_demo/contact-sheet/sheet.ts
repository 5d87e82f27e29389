/** Draws one character in many poses, each with its name, in the studio that the page uses. */

import * as THREE from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

import { studio, type Studio } from "../src/scene/studio.ts";

type Pose = Readonly<Record<string, number>>;

/** A picture to make: its caption, the pose, and how the head turns in degrees. */
export interface Shot {
  readonly name: string;
  readonly pose: Pose;
  readonly yaw?: number;
  readonly pitch?: number;
}

export interface Order {
  readonly face: string;
  readonly shots: readonly Shot[];
  readonly columns: number;
  readonly width: number;
  readonly height: number;
  /** How much nearer the camera is than on the page. */
  readonly zoom: number;
}

declare global {
  interface Window {
    draw(order: Order): Promise<number>;
    /** The same picture as WebP, both as `data:` addresses. */
    webp(address: string): Promise<string>;
  }
}

async function load(url: string): Promise<THREE.Group> {
  const { scene } = await new GLTFLoader().loadAsync(url);
  return scene;
}

function wear(face: THREE.Group, pose: Pose): void {
  face.traverse((part) => {
    if (!(part instanceof THREE.Mesh) || !part.morphTargetDictionary || !part.morphTargetInfluences) return;
    part.morphTargetInfluences.fill(0);
    for (const [name, weight] of Object.entries(pose)) {
      const index = part.morphTargetDictionary[name];
      if (index === undefined) throw new Error(`${part.name} has no ${name}`);
      part.morphTargetInfluences[index] = weight;
    }
  });
}

function middleOfEyes(face: THREE.Group): THREE.Vector3 {
  const places = ["LeftEye", "RightEye"].map((name) =>
    face.getObjectByName(name)!.getWorldPosition(new THREE.Vector3()),
  );
  return places[0]!.add(places[1]!).multiplyScalar(0.5);
}

function nearer(view: Studio, zoom: number): void {
  view.camera.zoom = zoom;
  // Zooming in keeps the middle of the face, not the middle of the bust.
  view.camera.position.y -= 0.012 * (zoom - 1);
  view.camera.updateProjectionMatrix();
}

window.draw = async (order) => {
  const renderer = new THREE.WebGLRenderer({ antialias: true, preserveDrawingBuffer: true });
  renderer.setSize(order.width, order.height);
  const scene = new THREE.Scene();
  const view = studio(renderer, scene);
  view.resize(order.width, order.height);
  const face = await load(order.face);
  scene.add(face);
  face.updateWorldMatrix(true, true);
  view.frame(middleOfEyes(face));
  nearer(view, order.zoom);
  const head = face.getObjectByName("Head")!;
  const sheet = document.getElementById("sheet")!;
  sheet.style.gridTemplateColumns = `repeat(${order.columns}, ${order.width}px)`;
  sheet.replaceChildren();
  for (const shot of order.shots) {
    wear(face, shot.pose);
    head.rotation.set(THREE.MathUtils.degToRad(shot.pitch ?? 0), THREE.MathUtils.degToRad(shot.yaw ?? 0), 0);
    renderer.render(scene, view.camera);
    const figure = document.createElement("figure");
    const picture = new Image(order.width, order.height);
    picture.src = renderer.domElement.toDataURL();
    const caption = document.createElement("figcaption");
    caption.textContent = shot.name;
    figure.append(picture, caption);
    sheet.append(figure);
    await picture.decode();
  }
  const triangles = renderer.info.render.triangles;
  renderer.dispose();
  return triangles;
};

window.webp = async (address) => {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  canvas.getContext("2d")!.drawImage(picture, 0, 0);
  return canvas.toDataURL("image/webp", 0.86);
};
