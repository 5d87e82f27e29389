/** The character that is shown, with a take as its animation. */

import type { Avatar } from "../avatar/avatar.ts";
import { writeGlb } from "../avatar/glb.ts";
import { influences } from "../avatar/morphs.ts";
import { poseOf } from "../pose.ts";
import { animated, type Channel } from "./animated_glb.ts";
import type { Take } from "./recording.ts";

/** The bytes of a GLB. */
export function animatedCharacter(avatar: Avatar, take: Take): Uint8Array<ArrayBuffer> {
  const startS = take.rows[0]?.timeS ?? 0;
  const times = Float32Array.from(take.rows, ({ timeS }) => timeS - startS);
  const poses = take.rows.map(({ weights, head, visemes }) => poseOf(weights, head, visemes));
  const channels: Channel[] = avatar.morphs
    .filter(({ drives }) => drives.length > 0)
    .map((node) => ({
      node: node.node,
      path: "weights",
      width: node.names.length,
      values: joined(node.names.length, poses.map((pose) => influences(node, pose))),
    }));
  const { head } = avatar;
  if (head) {
    const turns = poses.map((pose) => head.turned(pose.head));
    channels.push({ node: head.node, path: "rotation", width: 4, values: joined(4, turns) });
  }
  return writeGlb(animated(avatar.glb, take.name, times, channels));
}

function joined(width: number, rows: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(width * rows.length);
  rows.forEach((row, i) => all.set(row, i * width));
  return all;
}
