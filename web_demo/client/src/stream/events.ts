/** What a stream tells of itself. */

import type { A2FError } from "../errors.ts";
import type { Cleared, Configured, Flushed, Frames, GoAway, Marker, Ready, Stats, Warning } from "../wire/messages.ts";

/** `connecting` until the first `ready`, `reconnecting` while a lost connection is being made good, `closed` for good. */
export type State = "connecting" | "open" | "reconnecting" | "closed";

/**
 * What is done after a loss: `renew`: resume the session, and where it is gone begin another; `resume`: resume, and end
 * where that is not possible; `never`: end.
 */
export type Reconnect = "renew" | "resume" | "never";

/** Everything that can be listened to. Utterances ascend over all sessions of a stream. */
export interface FaceEvents {
  frames: Frames;
  configured: Configured;
  flushed: Flushed;
  cleared: Cleared;
  marker: Marker;
  stats: Stats;
  warning: Warning;
  /** What was refused and nobody waits for (`fatal` is false), and what ended the stream. */
  error: A2FError;
  go_away: GoAway;
  state: State;
  /** The server greeted, at first and after every loss; `resumed` is null where it is another session. */
  ready: Ready;
}
