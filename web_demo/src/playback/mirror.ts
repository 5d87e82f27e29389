/** The face as in a mirror. */

import { copied, type Pose } from "../pose.ts";

/** For every weight the place of the one that takes its part in a mirror: left for right, right for left. */
export function mirrorOrder(names: readonly string[]): readonly number[] {
  const places = new Map(names.map((name, place) => [name, place]));
  return names.map((name, place) => places.get(swapSides(name)) ?? place);
}

function swapSides(name: string): string {
  return name.replace(/Left$|Right$/, (side) => (side === "Left" ? "Right" : "Left"));
}

/** The pose that a mirror shows, which stays as it is; `order` is that of `mirrorOrder`. */
export function mirrored(pose: Pose, order: readonly number[]): Pose {
  const [yaw = 0, pitch = 0, roll = 0] = pose.head;
  const weights = pose.weights.map((value, place) => pose.weights[order[place] ?? place] ?? value);
  return { ...copied(pose), weights, head: Float32Array.of(-yaw, pitch, -roll) };
}
