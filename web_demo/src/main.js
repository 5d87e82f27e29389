/** The page: puts stream, sources, player, bars and face together. */

import { createBars } from "./bars.js";
import { createFace } from "./face.js";
import { Player } from "./player.js";
import { audioContext, openMicrophone, playFile } from "./sources.js";
import { Stream } from "./stream.js";

/** @template {Element} T @param {string} id @returns {T} */
const $ = (id) => /** @type {any} */ (document.getElementById(id));
const seconds = () => performance.now() / 1000;

/** @type {(weights: number[]) => void} */
let showBars = () => {};
/** @type {(weights: number[], head?: number[]) => void} */
let showFace = () => {};
const player = new Player((weights, head) => { showBars(weights); showFace(weights, head); });

/** @type {Stream | undefined} */
let stream;
/** @type {(() => void) | undefined} */
let stopSource;
let retryMs = 500;
let received = 0;
let level = 0;

/** @param {number} sampleRate */
function connect(sampleRate) {
  stream?.close();
  stream = new Stream(sampleRate, {
    ready(message) {
      retryMs = 500;
      player.fps = message.fps[0] / message.fps[1];
      showBars = createBars($("bars"), message.names);
      showFace = createFace($("face"), message.names);
      showFace(message.names.map(() => 0));
      figures({ engine: message.engine, "look-ahead": `${message.lookahead_ms} ms`, "sends": `${sampleRate} Hz` });
      tell("live", "live");
    },
    frames(message) { received += message.count; player.take(message, seconds()); },
    told(message) { if (message.message) $("hint").textContent = message.message; },
    lost(reason) {
      interrupt();
      tell(`lost: ${reason}. Trying again…`, "lost");
      setTimeout(() => connect(sampleRate), retryMs);
      retryMs = Math.min(8000, retryMs * 2);
    },
  });
}

/** @param {string} text @param {string} kind */
function tell(text, kind) {
  $("state").textContent = text;
  $("state").className = kind;
}

/** @param {Record<string, string>} values */
function figures(values) {
  for (const [name, value] of Object.entries(values)) {
    const id = `figure-${name}`;
    const cell = document.getElementById(id) ?? addFigure(id, name);
    cell.textContent = value;
  }
}

/** @param {string} id @param {string} name */
function addFigure(id, name) {
  const [box, label, value] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
  label.textContent = name;
  value.id = id;
  box.append(label, value);
  $("figures").append(box);
  return value;
}

/** @param {ArrayBuffer} pcm */
function heard(pcm) {
  level = new Int16Array(pcm).reduce((peak, sample) => Math.max(peak, Math.abs(sample)), level);
  stream?.audio(pcm);
}

/** @param {() => Promise<() => void>} open */
async function begin(open) {
  interrupt();
  try {
    const context = await audioContext();
    if (stream && context.sampleRate !== rate) connect(rate = context.sampleRate);
    stopSource = await open();
    $("stop").disabled = false;
  } catch (error) {
    $("hint").textContent = `No sound: ${/** @type {Error} */ (error).message}. Allow the microphone, or choose another file.`;
  }
}

function interrupt() {
  if (!stopSource) return;
  stopSource();
  ended();
  player.clear();
  stream?.clear();
}

function ended() {
  stopSource = undefined;
  $("stop").disabled = true;
  $("microphone").textContent = "Start microphone";
  $("microphone").classList.remove("on");
}

/** @param {ArrayBuffer} bytes */
const play = (bytes) => begin(() => playFile(bytes, heard, () => { ended(); stream?.flush(); }));

$("microphone").addEventListener("click", async () => {
  if ($("microphone").classList.contains("on")) { stopSource?.(); ended(); stream?.flush(); return; }
  await begin(() => openMicrophone(heard));
  if (!stopSource) return;
  $("microphone").textContent = "Stop microphone";
  $("microphone").classList.add("on");
});
$("file").addEventListener("change", async () => {
  const file = /** @type {HTMLInputElement} */ ($("file")).files?.[0];
  if (file) await play(await file.arrayBuffer());
  /** @type {HTMLInputElement} */ ($("file")).value = "";
});
$("sample").addEventListener("click", async () => play(await (await fetch("sample/hello.wav")).arrayBuffer()));
$("stop").addEventListener("click", interrupt);
document.addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("dragging"); });
document.addEventListener("dragleave", () => document.body.classList.remove("dragging"));
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  document.body.classList.remove("dragging");
  const file = event.dataTransfer?.files[0];
  if (file) await play(await file.arrayBuffer());
});

function draw() {
  player.tick(seconds());
  $("level").value = level / 32768;
  level *= 0.9;
  requestAnimationFrame(draw);
}

let rate = 48000;
connect(rate);
draw();
setInterval(() => { figures({ "frames a second": String(received) }); received = 0; }, 1000);
