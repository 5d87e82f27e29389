/** Light, camera, background and tone mapping of a portrait. Everything is made by code: nothing is downloaded. */

import * as THREE from "three";

/** What a portrait is lit and seen with. */
export interface Studio {
  readonly camera: THREE.PerspectiveCamera;
  readonly key: THREE.DirectionalLight;
  /** Call when the canvas changes size, in CSS pixels. */
  resize(width: number, height: number): void;
  /** Aim at a face: middle between the eyes, in metres. */
  frame(eyes: THREE.Vector3): void;
  dispose(): void;
}

export const NUMBERS = {
  exposure: 1.0,
  environment: 0.6,
  fieldOfViewDeg: 22,
  /** The eyes stand this far above the middle of the picture. */
  eyesAboveM: 0.05,
  /** The least that is seen at the eyes' depth. */
  widthM: 0.3,
  heightM: 0.42,
  background: 0x23262b,
} as const;

/** A softbox: where it stands, how large it is (metres), its colour and how bright. */
interface Box {
  readonly at: readonly [number, number, number];
  readonly size: readonly [number, number];
  readonly colour: number;
  readonly power: number;
}

const BOXES: readonly Box[] = [
  { at: [-1.7, 1.7, 3.0], size: [0.95, 1.15], colour: 0xfff3e6, power: 34 },
  { at: [3.3, 0.1, 0.7], size: [1.8, 3.0], colour: 0xf4f4ff, power: 3.6 },
  { at: [1.8, 1.4, -3.0], size: [2.2, 1.4], colour: 0xe6ecff, power: 9 },
  { at: [-2.6, 0.8, -2.4], size: [1.2, 2.2], colour: 0xffe6cc, power: 7 },
];

function surroundings(renderer: THREE.WebGLRenderer): THREE.Texture {
  const room = new THREE.Scene();
  room.background = new THREE.Color(0x3a3d44);
  const plane = new THREE.PlaneGeometry(1, 1);
  for (const box of BOXES) {
    const colour = new THREE.Color(box.colour).multiplyScalar(box.power);
    const panel = new THREE.Mesh(plane, new THREE.MeshBasicMaterial({ color: colour, side: THREE.DoubleSide }));
    panel.position.set(...box.at);
    panel.scale.set(box.size[0], box.size[1], 1);
    panel.lookAt(0, 0, 0);
    room.add(panel);
  }
  const floor = new THREE.Mesh(plane, new THREE.MeshBasicMaterial({ color: 0x4a4038 }));
  floor.rotation.x = -Math.PI / 2;
  floor.position.y = -1.5;
  floor.scale.set(12, 12, 1);
  room.add(floor);
  const generator = new THREE.PMREMGenerator(renderer);
  const texture = generator.fromScene(room, 0.01).texture;
  generator.dispose();
  room.traverse((part) => {
    if (part instanceof THREE.Mesh) (part.material as THREE.Material).dispose();
  });
  plane.dispose();
  return texture;
}

/** Set the renderer and the scene up for a portrait. */
export function studio(renderer: THREE.WebGLRenderer, scene: THREE.Scene): Studio {
  renderer.outputColorSpace = THREE.SRGBColorSpace;
  renderer.toneMapping = THREE.ACESFilmicToneMapping;
  renderer.toneMappingExposure = NUMBERS.exposure;
  renderer.shadowMap.enabled = true;
  renderer.shadowMap.type = THREE.PCFShadowMap;
  const environment = surroundings(renderer);
  scene.environment = environment;
  scene.environmentIntensity = NUMBERS.environment;
  scene.background = new THREE.Color(NUMBERS.background);

  const key = new THREE.DirectionalLight(0xfff0e2, 2.3);
  key.castShadow = true;
  key.shadow.mapSize.set(1024, 1024);
  key.shadow.bias = -0.0004;
  key.shadow.normalBias = 0.004;
  key.shadow.radius = 4;
  const box = key.shadow.camera;
  box.left = box.bottom = -0.24;
  box.right = box.top = 0.24;
  box.near = 0.5;
  box.far = 2.5;
  scene.add(key, key.target);

  const camera = new THREE.PerspectiveCamera(NUMBERS.fieldOfViewDeg, 1, 0.1, 10);
  const middle = new THREE.Vector3(0, 1.6, 0);
  let aspect = 1;

  function place(): void {
    const half = Math.tan(THREE.MathUtils.degToRad(NUMBERS.fieldOfViewDeg / 2));
    const distance = Math.max(NUMBERS.heightM / 2 / half, NUMBERS.widthM / 2 / half / aspect);
    camera.aspect = aspect;
    camera.position.set(middle.x, middle.y - NUMBERS.eyesAboveM + 0.01, middle.z + distance);
    camera.lookAt(middle.x, middle.y - NUMBERS.eyesAboveM, middle.z);
    camera.updateProjectionMatrix();
    key.position.set(middle.x - 0.75, middle.y + 0.6, middle.z + 1.05);
    key.target.position.copy(middle);
  }

  place();
  return {
    camera,
    key,
    resize(width, height) {
      aspect = width / Math.max(1, height);
      place();
    },
    frame(eyes) {
      middle.copy(eyes);
      place();
    },
    dispose() {
      environment.dispose();
      scene.remove(key, key.target);
      key.dispose();
    },
  };
}
