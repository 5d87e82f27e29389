/** A text that the browser speaks, while the face listens through the microphone. */

import { button, byId, fill, input, select } from "../dom.ts";
import { say, voiceLabel, watchVoices } from "../sources/browser_speech.ts";
import type { Dock } from "./dock.ts";
import { disclose } from "./dock.ts";
import type { Voices } from "./voices.ts";

export function bindTyped(dock: Dock, voices: Voices): void {
  let known: readonly SpeechSynthesisVoice[] = [];
  watchVoices((found) => {
    known = found;
    fill(
      select("speak-voice"),
      found.map((voice) => [voice.voiceURI, voiceLabel(voice)] as const),
    );
    button("speak-open").hidden = false;
  });
  disclose(button("speak-open"), byId("speak"));
  byId("speak").addEventListener("submit", (event) => {
    event.preventDefault();
    void speak();
  });

  let turn = 0;
  let opened = false; // by a text, which then ends the hearing too

  async function speak(): Promise<void> {
    const mine = ++turn;
    if (!voices.live.current) {
      await dock.hear();
      opened = true;
    }
    if (!voices.live.current) return;
    await say(
      input("speak-text").value,
      known.find(({ voiceURI }) => voiceURI === select("speak-voice").value),
    );
    if (mine !== turn || !opened) return; // another text is being said
    opened = false;
    voices.stopHearing();
  }
}
