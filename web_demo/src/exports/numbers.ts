/** Numbers as the tools of the package write them. */

/** Six decimals, halves to the even neighbour: what Python's `format(x, ".6f")` gives for 0 to 1. */
export function sixDecimals(value: number): string {
  const halfway = Number.isInteger(value * 128) && !Number.isInteger(value * 64);
  if (!halfway) return value.toFixed(6);
  const lower = Math.floor(value * 1e6);
  return ((lower % 2 === 0 ? lower : lower + 1) / 1e6).toFixed(6);
}

/** At most six decimals, as a number. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** A time as `HH:MM:SS:FF.mmm`: frames within the second, and thousandths of a frame. */
export function timecode(timeS: number, fps: number): string {
  const exact = rounded(timeS);
  const whole = Math.floor(exact);
  const thousandths = Math.floor(Math.max(0, timeS - whole) * fps * 1000 + 1e-3);
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const frame = `${pad(Math.floor(thousandths / 1000), 2)}.${pad(thousandths % 1000, 3)}`;
  return `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}:${frame}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
