/** Whose face it is: one of the bundled characters, or an own one. */

import { loadAvatar } from "./avatar/load.ts";
import type { Avatar } from "./avatar/avatar.ts";
import { LIMIT_BYTES } from "./avatar/glb.ts";
import { type Character, CHARACTERS, chosen, fetchCharacter, NAMES, posterOf } from "./character_files.ts";
import { button, byId, input, make, press } from "./dom.ts";
import { PageError, sentence } from "./errors.ts";
import { showMatch } from "./panels/match.ts";
import { notice } from "./panels/notices.ts";
import { hidePoster } from "./scene/poster.ts";
import type { Stage } from "./scene/stage.ts";

export class Characters {
  readonly #stage: Stage;
  readonly #weights: readonly string[];
  readonly #cards = new Map<Character, HTMLButtonElement>();
  #turn = 0;

  /** `weights` are the names of the weights that the poses will have. */
  constructor(stage: Stage, weights: readonly string[], opened: () => void) {
    this.#stage = stage;
    this.#weights = weights;
    for (const name of NAMES) this.#addCard(name);
    button("avatar-open").addEventListener("click", () => input("avatar-input").click());
    input("avatar-input").addEventListener("change", () => {
      const file = input("avatar-input").files?.[0];
      if (file) void this.wear(file).then(opened);
      input("avatar-input").value = "";
    });
  }

  /** Shows a bundled character; `bytes` are those of its file where they are on their way already. */
  async choose(name: Character, bytes = fetchCharacter(name)): Promise<void> {
    chosen.set(name);
    await this.#show(name, async () => loadAvatar(CHARACTERS[name], await bytes, this.#weights));
  }

  /** Puts on an avatar of the reader's own. */
  async wear(file: File): Promise<void> {
    await this.#show(undefined, async () => {
      if (file.size > LIMIT_BYTES)
        throw new PageError(`“${file.name}” is larger than ${LIMIT_BYTES / 1024 / 1024} MiB: reduce its textures.`);
      const avatar = await loadAvatar(file.name, new Uint8Array(await file.arrayBuffer()), this.#weights);
      if (!avatar.match.pairs.length)
        notice(`Nothing in “${file.name}” has a name that is known: its face cannot move.`, "bad");
      return avatar;
    });
  }

  async #show(card: Character | undefined, load: () => Promise<Avatar>): Promise<void> {
    const turn = ++this.#turn;
    try {
      const avatar = await load();
      if (turn !== this.#turn) return avatar.dispose();
      this.#stage.show(avatar);
      for (const [name, element] of this.#cards) press(element, name === card);
      showMatch(byId("match"), avatar);
      requestAnimationFrame(() => {
        performance.mark("first face");
        hidePoster();
      });
    } catch (thrown) {
      notice(sentence(thrown), "bad");
    }
  }

  #addCard(name: Character): void {
    const picture = make("img", { src: posterOf(name), alt: "", loading: "lazy" });
    const card = make("button", { type: "button", "aria-pressed": "false" }, picture, CHARACTERS[name]);
    card.addEventListener("click", () => void this.choose(name));
    this.#cards.set(name, card);
    byId("characters").append(card);
  }
}
