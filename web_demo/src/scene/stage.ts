/** The picture: one character in its studio. */

import { Scene, WebGLRenderer } from "three";

import type { Avatar } from "../avatar/avatar.ts";
import { PageError } from "../errors.ts";
import type { Pose } from "../pose.ts";
import { studio, type Studio } from "./studio.ts";

/** More pixels than this a side of a point cost more than they show. */
const PIXEL_RATIO_LIMIT = 2;

export class Stage {
  readonly #canvas: HTMLCanvasElement;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #studio: Studio;
  #avatar: Avatar | undefined;
  #width = 0;
  #height = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#renderer = makeRenderer(canvas);
    this.#studio = studio(this.#renderer, this.#scene);
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
    this.#resize();
    this.#avatar?.apply(pose);
    this.#renderer.render(this.#scene, this.#studio.camera);
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if ((width === this.#width && height === this.#height) || !width || !height) return;
    [this.#width, this.#height] = [width, height];
    this.#renderer.setPixelRatio(Math.min(PIXEL_RATIO_LIMIT, window.devicePixelRatio || 1));
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
