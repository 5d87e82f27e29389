/**
 * The face of an agent of pipecat or LiveKit in a page: `player` is a `FramePlayer` of the JavaScript client; give every
 * message of the agent to what comes back, and call `player.sample()` for every picture. `latencyS` is the time that
 * sound takes in this browser beyond a message: 0.1 is usual with WebRTC.
 */
export function faceOfAgent(player, { now = () => performance.now() / 1000, latencyS = 0 } = {}) {
  const turns = new Map(); // number of a turn to where its sound stands
  let cleared = -1;

  function turnOf(number) {
    if (!turns.has(number)) {
      const turn = { startS: null, standsS: null };
      turn.position = () => turn.standsS ?? (turn.startS === null ? null : now() - turn.startS);
      turn.forget = player.follow(number, turn.position);
      turns.set(number, turn);
    }
    return turns.get(number);
  }

  function plays(turn, second) {
    const known = turn.standsS === null ? turn.position() : null;
    const isNews = known === null || second < known - 0.04 + latencyS || second > known + 0.12 + latencyS;
    if (isNews) Object.assign(turn, { startS: now() + latencyS - second, standsS: null });
  }

  return function hear(message) {
    const { type, utterance } = message;
    if (type === "frames" && message.idle) return player.take(message);
    if (utterance <= cleared) return;
    if (type === "cleared") {
      cleared = utterance;
      player.clear(utterance);
      for (const number of turns.keys()) if (number <= utterance) turns.delete(number);
    } else if (type === "played") {
      turns.get(utterance)?.forget();
      turns.delete(utterance);
    } else if (["turn", "frames", "flushed", "playing", "paused"].includes(type)) {
      const turn = turnOf(utterance);
      if (type === "frames") player.take(message);
      else if (type === "flushed") player.end(utterance);
      else if (type === "playing") plays(turn, message.time);
      else if (type === "paused") turn.standsS = message.time;
    }
  };
}
