/** The character that is shown, with a take as its animation. */

import type { Avatar } from "../avatar/avatar.ts";
import { writeGlb } from "../avatar/glb.ts";
import { influences } from "../avatar/morphs.ts";
import { poseOf } from "../pose.ts";
import { animated, type Channel } from "./animated_glb.ts";
import type { Take } from "./recording.ts";

/** The bytes of a GLB. Moves the avatar through the whole take; the next picture puts it right. */
export function animatedCharacter(avatar: Avatar, take: Take): Uint8Array<ArrayBuffer> {
  const startS = take.rows[0]?.timeS ?? 0;
  const times = Float32Array.from(take.rows, ({ timeS }) => timeS - startS);
  const moving = avatar.morphs.map((node) => ({ node, rows: [] as number[][] }));
  const turns: number[][] = [];
  for (const { weights, head, visemes } of take.rows) {
    avatar.apply(poseOf(weights, head, visemes));
    for (const { node, rows } of moving) rows.push([...influences(node)]);
    if (avatar.head) turns.push(avatar.head.bone.quaternion.toArray());
  }
  const channels: Channel[] = moving.map(({ node, rows }) => ({
    node: node.node,
    path: "weights",
    values: joined(rows),
  }));
  if (avatar.head) channels.push({ node: avatar.head.node, path: "rotation", values: joined(turns) });
  return writeGlb(animated(avatar.glb, take.name, times, channels));
}

function joined(rows: readonly (readonly number[])[]): Float32Array {
  return Float32Array.from(rows.flat());
}
