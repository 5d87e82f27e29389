/** Turns the head of a model: yaw, pitch and roll of frames to the rotation of a bone, whatever its own axes are. */

import type { PoseLike } from "./mouth.ts";

interface Quaternion {
  x: number;
  y: number;
  z: number;
  w: number;
}

/** What an object of three.js has that is turned. */
export interface Turnable {
  readonly name: string;
  readonly quaternion: Quaternion & { set(x: number, y: number, z: number, w: number): unknown };
  readonly parent: Turnable | null;
}

/** A model whose head is looked for. */
export interface Traversable {
  traverse(visit: (object: any) => void): void;
}

export interface HeadBinding {
  /** Name of the bone. */
  readonly bone: string;
  apply(pose: Pick<PoseLike, "head">): void;
  /** Turns it back as it was. */
  reset(): void;
}

const DEGREE = Math.PI / 180;

/**
 * Binds the bone of the head, null where a model has none. The model looks along its own +z with +y up, as glTF has it;
 * how it stands in the scene does not matter. `share` is how much of the turn the bone takes.
 */
export function bindHead(model: Traversable, options: { bone?: Turnable; share?: number } = {}): HeadBinding | null {
  const bone = options.bone ?? findHead(model);
  if (!bone) return null;
  const share = options.share ?? 1;
  const { x, y, z, w } = bone.quaternion;
  const rest = { x, y, z, w };
  const outside = turnOfParents(bone, model);
  const back = conjugate(outside);
  return {
    bone: bone.name,
    apply({ head }) {
      const [yaw = 0, pitch = 0, roll = 0] = head;
      const turn = headTurn(yaw * share, pitch * share, roll * share);
      const turned = product(product(product(back, turn), outside), rest);
      bone.quaternion.set(turned.x, turned.y, turned.z, turned.w);
    },
    reset() {
      bone.quaternion.set(rest.x, rest.y, rest.z, rest.w);
    },
  };
}

/**
 * The rotation of a head that looks along +z with +y up: first it rolls, then it nods, then it turns. Degrees; to the
 * face's own left, up, and towards its own right shoulder are positive.
 */
export function headTurn(yaw: number, pitch: number, roll: number): Quaternion {
  const turn = { x: 0, y: Math.sin((yaw * DEGREE) / 2), z: 0, w: Math.cos((yaw * DEGREE) / 2) };
  const nod = { x: Math.sin((-pitch * DEGREE) / 2), y: 0, z: 0, w: Math.cos((pitch * DEGREE) / 2) };
  const lean = { x: 0, y: 0, z: Math.sin((roll * DEGREE) / 2), w: Math.cos((roll * DEGREE) / 2) };
  return product(product(turn, nod), lean);
}

function findHead(model: Traversable): Turnable | null {
  const found: Turnable[] = [];
  const visit = (object: Turnable & { isBone?: boolean; isMesh?: boolean }) => {
    const isHead = /(^|[^a-z])head$/i.test(object.name) || /[a-z]Head$/.test(object.name);
    if (isHead && !object.isMesh) found.push(object);
  };
  model.traverse(visit);
  return found.find((object) => (object as { isBone?: boolean }).isBone) ?? found[0] ?? null;
}

function turnOfParents(bone: Turnable, model: Traversable): Quaternion {
  let turn: Quaternion = { x: 0, y: 0, z: 0, w: 1 };
  for (let parent = bone.parent; parent && (parent as unknown) !== model; parent = parent.parent) {
    turn = product(parent.quaternion, turn);
  }
  return turn;
}

function product(a: Quaternion, b: Quaternion): Quaternion {
  return {
    x: a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
    y: a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
    z: a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
    w: a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
  };
}

function conjugate({ x, y, z, w }: Quaternion): Quaternion {
  return { x: -x, y: -y, z: -z, w };
}
