/** Waveform and jaw curve: of a whole clip, or of the last seconds of what is heard live. */

import { colour, prepare } from "../dom.ts";

const LIVE_S = 8;
const STEP_S = 1;
const LEAP_S = 5;
/** Jaws of speech are seldom wider open: the curve reaches the top there. */
const WIDE = 0.5;

/** A clip as the timeline draws it. */
export interface ClipView {
  readonly durationS: number;
  readonly peaks: Float32Array;
  /** In equal parts of the clip, NaN where unknown. */
  readonly jaw: Float32Array;
}

interface Moment {
  readonly atS: number;
  readonly level: number;
  readonly jaw: number;
}

export class Timeline {
  readonly #canvas: HTMLCanvasElement;
  #clip: ClipView | undefined;
  #placeS = 0;
  #moments: Moment[] = [];

  /** `seek` is called with a second of the clip. */
  constructor(canvas: HTMLCanvasElement, seek: (second: number) => void) {
    this.#canvas = canvas;
    this.#bindPointer(seek);
    canvas.addEventListener("keydown", (event) => {
      const second = this.#target(event.key);
      if (second === undefined || !this.#clip) return;
      event.preventDefault();
      this.#placeS = Math.max(0, Math.min(this.#clip.durationS, second));
      seek(this.#placeS);
    });
  }

  setClip(clip: ClipView | undefined): void {
    this.#clip = clip;
    this.#placeS = 0;
    this.#canvas.setAttribute("aria-disabled", String(!clip));
    this.#canvas.setAttribute("aria-valuemax", (clip?.durationS ?? 0).toFixed(1));
  }

  setPlace(second: number): void {
    this.#placeS = second;
    const text = second.toFixed(1);
    if (this.#canvas.getAttribute("aria-valuenow") === text) return;
    this.#canvas.setAttribute("aria-valuenow", text);
    this.#canvas.setAttribute("aria-valuetext", `${text} seconds`);
  }

  /** A moment of what is heard live. */
  hear(atS: number, level: number, jaw: number): void {
    this.#moments.push({ atS, level, jaw });
    const first = this.#moments.findIndex((moment) => moment.atS > atS - LIVE_S);
    if (first > 128) this.#moments.splice(0, first);
  }

  draw(nowS: number): void {
    const surface = prepare(this.#canvas);
    if (!surface) return;
    if (this.#clip) this.#drawClip(surface, this.#clip);
    else this.#drawLive(surface, nowS);
  }

  #drawClip({ context, width, height }: Surface, clip: ClipView): void {
    const playedX = (this.#placeS / clip.durationS) * width;
    const [soft, strong] = [colour("line"), colour("accent")];
    for (let x = 0; x < width; x += 3) {
      const peak = clip.peaks[Math.floor((x / width) * clip.peaks.length)] ?? 0;
      drawBar(context, x, height, peak, x < playedX ? strong : soft);
    }
    const points = Array.from(clip.jaw, (jaw, i) => [((i + 0.5) / clip.jaw.length) * width, jaw] as const);
    drawCurve(context, height, points);
    context.fillStyle = colour("text");
    context.fillRect(Math.min(width - 2, playedX), 0, 2, height);
  }

  #drawLive({ context, width, height }: Surface, nowS: number): void {
    const strong = colour("accent");
    const x = (atS: number): number => width * (1 - (nowS - atS) / LIVE_S);
    let next = -Infinity;
    for (const { atS, level } of this.#moments) {
      if (level < 0.004 || x(atS) < next) continue;
      drawBar(context, x(atS), height, level, strong);
      next = x(atS) + 3;
    }
    drawCurve(
      context,
      height,
      this.#moments.map(({ atS, jaw }) => [x(atS), jaw] as const),
    );
  }

  #target(key: string): number | undefined {
    const steps: Record<string, number> = {
      ArrowLeft: this.#placeS - STEP_S,
      ArrowRight: this.#placeS + STEP_S,
      PageDown: this.#placeS - LEAP_S,
      PageUp: this.#placeS + LEAP_S,
      Home: 0,
      End: this.#clip?.durationS ?? 0,
    };
    return steps[key];
  }

  #bindPointer(seek: (second: number) => void): void {
    const move = (event: PointerEvent): void => {
      if (!this.#clip) return;
      const box = this.#canvas.getBoundingClientRect();
      seek(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * this.#clip.durationS);
    };
    this.#canvas.addEventListener("pointerdown", (event) => {
      this.#canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    this.#canvas.addEventListener("pointerup", (event) => {
      if (this.#canvas.hasPointerCapture(event.pointerId)) this.#canvas.releasePointerCapture(event.pointerId);
    });
    this.#canvas.addEventListener("pointermove", (event) => {
      if (this.#canvas.hasPointerCapture(event.pointerId) && event.buttons & 1) move(event);
    });
  }
}

interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

function drawBar(context: CanvasRenderingContext2D, x: number, height: number, level: number, style: string): void {
  const half = Math.max(1, level * height * 0.46);
  context.fillStyle = style;
  context.fillRect(x, height / 2 - half, 2, 2 * half);
}

/** A curve that is broken where nothing is known. */
function drawCurve(
  context: CanvasRenderingContext2D,
  height: number,
  points: readonly (readonly [number, number])[],
): void {
  context.strokeStyle = colour("curve");
  context.lineWidth = 1.8;
  context.lineJoin = "round";
  context.beginPath();
  let open = false;
  for (const [x, value] of points) {
    const y = height - 4 - (height - 8) * Math.min(1, value / WIDE);
    if (Number.isNaN(value)) open = false;
    else if (open) context.lineTo(x, y);
    else context.moveTo(x, y);
    open = !Number.isNaN(value);
  }
  context.stroke();
}
