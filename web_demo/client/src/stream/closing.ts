/** What the end of a connection means, and what a client does about it. */

import { A2FError } from "../errors.ts";

/** `resume` the session; `renew`: begin another; `wait`, then as before; `over`: nothing is to be done. */
export type Advice = "resume" | "renew" | "wait" | "over";

interface Meaning {
  readonly advice: Advice;
  readonly code: string;
  readonly message: string;
}

const LOST: Meaning = { advice: "resume", code: "connection_lost", message: "the connection to the server was lost" };

/** Close code of the WebSocket to its meaning; every other one means that the connection was lost. */
const MEANINGS: { readonly [code: number]: Meaning } = {
  1000: { advice: "over", code: "connection_lost", message: "the stream has ended: connect again for another" },
  1003: { advice: "over", code: "wrong_frame", message: "a text frame came where only binary frames are used" },
  1007: { advice: "over", code: "unreadable", message: "the server could not read a payload" },
  1008: { advice: "over", code: "not_allowed", message: "a setting, an engine, an origin or a token was refused" },
  1009: { advice: "over", code: "too_big", message: "a message was larger than the server takes" },
  1011: { advice: "renew", code: "internal", message: "the server failed" },
  1013: { advice: "wait", code: "server_full", message: "the server has no room for another session now" },
  4400: { advice: "over", code: "protocol", message: "the protocol was broken" },
  4408: { advice: "renew", code: "slow_reader", message: "we did not read what the server sent" },
  4409: { advice: "over", code: "displaced", message: "another connection has resumed the session" },
  4410: { advice: "renew", code: "session_expired", message: "there is nothing left to resume" },
  4429: { advice: "over", code: "too_fast", message: "live audio came faster than the server allows" },
  4431: { advice: "renew", code: "idle_timeout", message: "nothing was said for too long" },
};

/** How a connection has ended. */
export interface End {
  readonly advice: Advice;
  readonly error: A2FError;
  /** Whether it ended in good order, after `bye`. */
  readonly inOrder: boolean;
}

/** The meaning of a close code, and of the error that the server told before it. */
export function endOf(closeCode: number, reason: string, told: A2FError | null): End {
  const { advice, code, message } = MEANINGS[closeCode] ?? LOST;
  const error = told ?? new A2FError(code, reason || message, { fatal: true });
  return { advice, error, inOrder: closeCode === 1000 };
}
