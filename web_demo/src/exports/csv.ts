/** The table of Live Link Face takes: timecode, number of values, 52 weights, 9 rotations. */

import { sixDecimals, timecode } from "./numbers.ts";
import type { Take } from "./recording.ts";

/** They stay 0: in which unit Live Link Face writes them is not documented, and the weights carry the gaze. */
const ROTATIONS = ["Head", "LeftEye", "RightEye"].flatMap((part) =>
  ["Yaw", "Pitch", "Roll"].map((turn) => part + turn),
);

/** The take as text, the same as `a2f-live convert` writes. */
export function liveLinkCsv(take: Take): string {
  const fps = take.fps[0] / take.fps[1];
  const names = take.names.map((name) => name.charAt(0).toUpperCase() + name.slice(1));
  const zeros = ",0".repeat(ROTATIONS.length);
  const count = names.length + ROTATIONS.length;
  const lines = take.rows.map(
    ({ timeS, weights }) => `${timecode(timeS, fps)},${count},${Array.from(weights, sixDecimals).join(",")}${zeros}`,
  );
  return [["Timecode", "BlendShapeCount", ...names, ...ROTATIONS].join(","), ...lines, ""].join("\n");
}
