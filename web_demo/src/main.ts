/** Puts the page together. */

import { ARKIT_NAMES, FramePlayer, type Ready } from "a2f-live";

import { chosen, fetchCharacter, posterOf } from "./character_files.ts";
import { Characters } from "./characters.ts";
import { expose } from "./debug.ts";
import { button, byId } from "./dom.ts";
import { sentence } from "./errors.ts";
import { Loop } from "./loop.ts";
import { Bars } from "./panels/bars.ts";
import { Curves } from "./panels/curves.ts";
import { bindDrop } from "./panels/drop.ts";
import { bindKeys } from "./panels/keys.ts";
import { log, notice } from "./panels/notices.ts";
import { bindTabs } from "./panels/tabs.ts";
import { TakePanel } from "./panels/take.ts";
import { bindTheme } from "./panels/theme.ts";
import { TimelinePanel } from "./panels/timeline_panel.ts";
import type { Pose } from "./pose.ts";
import { showNoFace, showPoster } from "./scene/poster.ts";
import { Stage } from "./scene/stage.ts";
import { LIMIT_S } from "./sources/clip.ts";
import { Conversation } from "./stream/conversation.ts";
import { Instruments } from "./stream/instruments.ts";
import { Settings } from "./stream/settings.ts";
import { Dock } from "./voices/dock.ts";
import { bindTyped } from "./voices/typed.ts";
import { Voices } from "./voices/voices.ts";

const frames = new FramePlayer({ keepS: LIMIT_S }); // a whole clip can be gone back in
let detach = (): void => undefined;
let stage: Stage | undefined;
let characters: Characters | undefined;

const settings = new Settings(
  () => conversation,
  () => voices.outdate(),
);
const conversation = new Conversation(() => settings.options(), {
  adopted(face) {
    detach();
    voices.forget();
    take.cut();
    detach = frames.attach(face);
  },
  connected: greet,
  frames(block) {
    voices.take(block);
    take.add(block);
    instruments.received(block.count, performance.now() / 1000);
  },
  told: notice,
});
const voices = new Voices(conversation, frames);
const loop = new Loop(frames, voices, { panels: showPanels, slow: showSlowly });
const instruments = new Instruments(frames, loop);
const timeline = new TimelinePanel(voices);
const curves = new Curves(byId("curves"));
const bars = new Bars(byId("bars"), pin);
const take = new TakePanel(() => stage?.avatar);
const dock = new Dock(voices, {
  wear: (file) => void wear(file),
  titled(title, text) {
    take.setTitle(title);
    timeline.setTitle(text ? `${title}: “${text}”` : title);
  },
});
const openTab = bindTabs(document.querySelector<HTMLElement>(".tabs")!, () => undefined);
const character = fetchCharacter(chosen.current);
character.catch(() => undefined); // told where it is shown
await showPoster(posterOf(chosen.current)); // before the lights are made, which takes a while without a graphics card
stage = makeStage();
characters = stage && new Characters(stage, ARKIT_NAMES, () => openTab("panel-avatar"));

function makeStage(): Stage | undefined {
  try {
    return new Stage(byId("face", HTMLCanvasElement));
  } catch (thrown) {
    showNoFace(sentence(thrown));
    return undefined;
  }
}

function greet(ready: Ready): void {
  log(`${ready.resumed ? "Resumed" : "Began"} a session with the engine ${ready.engine}`);
  for (const part of [bars, curves, take, loop, timeline, voices]) part.setNames(ready.names);
  instruments.greet(ready);
  void settings.complete();
  voices.renew();
}

function showPanels(pose: Pose, nowS: number): void {
  curves.add(nowS, pose.weights);
  timeline.show(pose, nowS);
  if (!byId("panel-shapes").hidden) {
    bars.show(pose.weights);
    curves.draw(nowS);
  }
}

function showSlowly(nowS: number): void {
  instruments.refresh(conversation.face, nowS, voices.speaking);
  take.refresh();
}

function pin(name: string): void {
  curves.toggle(name);
  bars.mark(curves.pins);
  byId("curves-note").hidden = curves.pins.size > 0;
}

async function wear(file: File): Promise<void> {
  if (!characters) return notice("Without WebGL 2 this browser draws no avatar.", "bad");
  await characters.wear(file);
  openTab("panel-avatar");
}

function bindPage(): void {
  bindTheme();
  bindTyped(dock, voices);
  bindDrop((file) => dock.open(file));
  const help = byId("help", HTMLDialogElement);
  button("help-open").addEventListener("click", () => help.showModal());
  bindKeys([
    { key: " ", label: "Space", does: "play or pause", run: () => dock.toggle() },
    { key: "m", label: "M", does: "microphone on or off", run: () => dock.toggleMicrophone() },
    { key: "escape", label: "Esc", does: "interrupt", run: () => dock.interrupt() },
    { key: "1", label: "1 to 3", does: "play a sample", run: () => dock.playSample(0) },
    { key: "2", label: "", does: "", run: () => dock.playSample(1) },
    { key: "3", label: "", does: "", run: () => dock.playSample(2) },
    { key: "l", label: "L", does: "loop", run: () => dock.toggleLoop() },
    { key: "r", label: "R", does: "record", run: () => take.toggle() },
    { key: "?", label: "?", does: "this list", run: () => help.showModal() },
  ]);
  settings.mirror.watch((mirror) => (loop.mirror = mirror));
  conversation.connection.watch(({ kind, text }) => {
    const pill = byId("connection");
    pill.dataset["state"] = kind;
    if (pill.textContent !== text) pill.textContent = text;
  });
}

async function begin(): Promise<void> {
  bindPage();
  loop.picture = stage;
  loop.start();
  expose({ loop, frames, conversation, voices, stage });
  void characters?.choose(chosen.current, character);
  await conversation.begin();
}

void begin();
