import { ARKIT_NAMES } from "a2f-live";
import { expect, it } from "vitest";

import { mirrored, mirrorOrder } from "../../src/playback/mirror.ts";
import { poseOf } from "../../src/pose.ts";

const order = mirrorOrder(ARKIT_NAMES);
const pose = poseOf(
  Float32Array.from(ARKIT_NAMES, (_, i) => i / 52),
  Float32Array.of(5, -3, 2),
  null,
);
const at = (weights: Float32Array, name: string): number => weights[ARKIT_NAMES.indexOf(name as never)]!;

it("swaps the sides and leaves the middle", () => {
  const { weights, head } = mirrored(pose, order);
  for (const [name, other] of [
    ["eyeBlinkLeft", "eyeBlinkRight"],
    ["jawLeft", "jawRight"],
    ["mouthLeft", "mouthRight"],
    ["jawOpen", "jawOpen"],
  ] as const) {
    expect(at(weights, name)).toBe(at(pose.weights, other));
  }
  expect([...head]).toEqual([-5, -3, -2]);
});

it("is its own inverse", () => {
  expect([...mirrored(mirrored(pose, order), order).weights]).toEqual([...pose.weights]);
});

it("stays as it is when the pose goes on", () => {
  const moving = poseOf(pose.weights, pose.head, new Float32Array(15).fill(0.5));
  const seen = mirrored(moving, order);
  for (const values of [moving.weights, moving.head, moving.visemes]) values.fill(0);
  expect(seen.visemes[0]).toBe(0.5);
  expect(seen.head[0]).toBe(-5);
});
