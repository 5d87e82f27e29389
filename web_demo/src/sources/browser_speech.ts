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

/** Says a text; resolves when it was said, or cancelled. */
export function say(text: string, voice: SpeechSynthesisVoice | undefined): Promise<void> {
  const speech = window.speechSynthesis;
  speech.cancel();
  return new Promise((resolve) => {
    const utterance = new SpeechSynthesisUtterance(text);
    if (voice) utterance.voice = voice;
    utterance.onend = utterance.onerror = () => resolve();
    speech.speak(utterance);
  });
}

export function hush(): void {
  (window.speechSynthesis as SpeechSynthesis | undefined)?.cancel();
}
