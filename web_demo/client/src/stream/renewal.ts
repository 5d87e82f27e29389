/** What becomes of the questions of a session that is gone: none of them is left without an end. */

import type { Answers } from "./answers.ts";
import type { Session } from "./session.ts";

/** Markers and changes are asked again in the new session; a flush ends as after a clear, a clear is what happened. */
export function carryOver(before: Session, after: Session, answers: Answers): void {
  for (const message of before.log.questions()) {
    if (message.type === "flush") answers.give("flush", message.id, null);
    else if (message.type === "clear") {
      const { id } = message;
      answers.give("clear", id, { type: "cleared", id, utterance: before.utterance, droppedMs: 0 });
    } else after.log.append(message);
  }
}
