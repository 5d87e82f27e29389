/** `window.a2f`, for developers at the console, and for the tests of the page. */

import { type FramePlayer, VISEME_NAMES } from "a2f-live";

import type { Loop } from "./loop.ts";
import type { Stage } from "./scene/stage.ts";
import type { Conversation } from "./stream/conversation.ts";
import type { Voices } from "./voices/voices.ts";

export interface Parts {
  readonly loop: Loop;
  readonly frames: FramePlayer;
  readonly conversation: Conversation;
  readonly voices: Voices;
  readonly stage: Stage | undefined;
}

/** What is shown now, by name. */
function weightsOf({ loop, conversation }: Parts): Record<string, number> {
  const names = conversation.face?.names ?? [];
  return Object.fromEntries(names.map((name, i) => [name, loop.shown?.weights[i] ?? 0]));
}

/** What the page shows of itself; `window.a2f`. */
export type Hooks = ReturnType<typeof hooksOf>;

export function expose(parts: Parts): void {
  Object.assign(window, { a2f: hooksOf(parts) });
}

function hooksOf(parts: Parts) {
  return {
    ...parts,
    /** The weights that are shown now, by name. */
    weights: () => weightsOf(parts),
    /** Holds the picture from the moment on at which a weight or a viseme is at least, or at most, so large. */
    holdWhen(name: string, least: number, most = 1) {
      const weight = parts.conversation.face?.names.indexOf(name) ?? -1;
      const viseme = VISEME_NAMES.findIndex((known) => known === name);
      parts.loop.holdWhen(({ weights, visemes, hasVisemes }) => {
        const value = weights[weight] ?? (hasVisemes ? visemes[viseme] : undefined);
        return value !== undefined && value >= least && value <= most;
      });
    },
    /** Holds the picture now. */
    hold: () => parts.loop.holdWhen(() => true),
    /** Lets the picture go on. */
    release() {
      parts.loop.holdWhen(undefined);
    },
    /** Brightness of every point of what is shown now, 0 to 255. */
    picture() {
      const { data, width, height } = parts.stage!.picture(parts.loop.shown!, "#fff");
      const luma = Array.from({ length: width * height }, (_, i) => brightness(data, 4 * i));
      return { width, height, luma };
    },
    /** Whether the picture is held. */
    held: () => parts.loop.held,
  };
}

/** Of one point, ITU-R BT.601. */
function brightness(data: Uint8ClampedArray, at: number): number {
  return Math.round(0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!);
}
