/** The picture: one character in its studio. */

import { Scene, Vector3, WebGLRenderer } from "three";

import type { Avatar } from "../avatar/avatar.ts";
import { PageError } from "../errors.ts";
import type { Pose } from "../pose.ts";
import { Quality } from "./quality.ts";
import { studio, type Studio } from "./studio.ts";

/** Closer than a portrait: lips are what people look at. */
const ZOOM = 1.16;
/** A pause, as in a hidden tab, tells nothing of the machine. */
const PAUSE_S = 1;

export class Stage {
  readonly #canvas: HTMLCanvasElement;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #studio: Studio;
  #avatar: Avatar | undefined;
  readonly #quality = new Quality();
  #width = 0;
  #height = 0;
  #drawnS = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#renderer = makeRenderer(canvas);
    this.#studio = studio(this.#renderer, this.#scene);
    this.#studio.camera.zoom = ZOOM;
    this.#scene.background = null; // the page behind shows: it knows dark and light
  }

  get avatar(): Avatar | undefined {
    return this.#avatar;
  }

  /** Puts a character before the camera in the place of the one that is there. */
  show(avatar: Avatar): void {
    if (this.#avatar) {
      this.#scene.remove(this.#avatar.root);
      this.#avatar.dispose();
    }
    this.#avatar = avatar;
    this.#scene.add(avatar.root);
    avatar.root.updateWorldMatrix(true, true);
    this.#studio.frame(avatar.eyes());
  }

  /** Draws the face as it is at one moment. */
  draw(pose: Pose): void {
    this.#adapt(performance.now() / 1000);
    this.#resize();
    this.#avatar?.apply(pose);
    this.#renderer.render(this.#scene, this.#studio.camera);
  }

  /** Draws at one level of quality from now on. */
  fixQuality(level: number): void {
    this.#quality.fix(level);
    this.#takeLevel();
  }

  /** The picture of a pose, as it is drawn, before a background. */
  picture(pose: Pose, background: string): ImageData {
    this.draw(pose);
    const { width, height } = this.#canvas;
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
    context.fillStyle = background;
    context.fillRect(0, 0, width, height);
    context.drawImage(this.#canvas, 0, 0); // in the turn that drew it: afterwards it is gone
    return context.getImageData(0, 0, width, height);
  }

  /** Where a place is in the picture: metres from the middle between the eyes, to shares of its width and height. */
  shareOf(x: number, y: number): readonly [across: number, down: number] {
    const place = (this.#avatar?.eyes() ?? new Vector3()).add(new Vector3(x, y, 0)).project(this.#studio.camera);
    return [(place.x + 1) / 2, (1 - place.y) / 2];
  }

  #adapt(nowS: number): void {
    const intervalS = nowS - this.#drawnS;
    this.#drawnS = nowS;
    if (this.#avatar && intervalS <= PAUSE_S && this.#quality.observe(intervalS)) this.#takeLevel();
  }

  #takeLevel(): void {
    this.#studio.key.castShadow = this.#quality.level.shadows;
    this.#width = 0; // sizes it anew
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if ((width === this.#width && height === this.#height) || !width || !height) return;
    [this.#width, this.#height] = [width, height];
    this.#renderer.setPixelRatio(Math.min(this.#quality.level.pixelRatio, window.devicePixelRatio || 1));
    this.#renderer.setSize(width, height, false);
    this.#studio.resize(width, height);
  }
}

function makeRenderer(canvas: HTMLCanvasElement): WebGLRenderer {
  try {
    return new WebGLRenderer({ canvas, antialias: true, alpha: true, powerPreference: "high-performance" });
  } catch {
    throw new PageError(
      "This browser has no WebGL 2, without which no face can be drawn: switch on hardware acceleration.",
    );
  }
}
