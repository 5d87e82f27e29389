/** The voices that browsers have themselves. */

const LANGUAGE_NAMES = new Intl.DisplayNames(undefined, { type: "language" });

/** Calls back with the voices, now and when there are more; never where the browser has none. */
export function watchVoices(found: (voices: readonly SpeechSynthesisVoice[]) => void): void {
  const speech = window.speechSynthesis as SpeechSynthesis | undefined;
  if (!speech) return;
  const look = (): void => {
    const voices = speech.getVoices();
    if (voices.length) found([...voices].sort((a, b) => Number(b.localService) - Number(a.localService)));
  };
  speech.addEventListener("voiceschanged", look);
  look();
}

export function voiceLabel({ name, lang }: SpeechSynthesisVoice): string {
  return `${name} (${LANGUAGE_NAMES.of(lang.replace("_", "-")) ?? lang})`;
}

/** What is being said: browsers forget to tell the end of an utterance that nothing else holds. */
let spoken: SpeechSynthesisUtterance | undefined;

/** Says a text; resolves when it was said, or cancelled. */
export function say(text: string, voice: SpeechSynthesisVoice | undefined): Promise<void> {
  const speech = window.speechSynthesis;
  speech.cancel();
  return new Promise((resolve) => {
    spoken = new SpeechSynthesisUtterance(text);
    if (voice) spoken.voice = voice;
    spoken.onend = spoken.onerror = () => resolve();
    speech.speak(spoken);
  });
}

export function hush(): void {
  (window.speechSynthesis as SpeechSynthesis | undefined)?.cancel();
}
