/** No jump when the face goes over from one source of poses to another. */

import { mix, type Pose, smoothstep } from "../pose.ts";

/** How long a change takes, in seconds: well within the 250 ms in which an interrupted face is at rest. */
export const EASE_S = 0.18;

/** Carries the face from where it was to whatever it is to show now. */
export class Ease {
  #from: Pose | undefined;
  #sinceS = 0;
  #last: Pose | undefined;

  /** From this moment on, the face passes over from what it shows to something else. */
  begin(nowS: number): void {
    this.#from = this.#last;
    this.#sinceS = nowS;
  }

  /** What to show at a moment if `wanted` is what should be shown. */
  apply(wanted: Pose, nowS: number): Pose {
    if (this.#from) {
      const share = smoothstep((nowS - this.#sinceS) / EASE_S);
      if (share >= 1) this.#from = undefined;
      else wanted = mix(this.#from, wanted, share);
    }
    this.#last = wanted;
    return wanted;
  }
}
