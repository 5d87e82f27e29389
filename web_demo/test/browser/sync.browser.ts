/** Sound and face run on one clock: `A2F_SYNC_SECONDS` of a clip in a loop, 60 by default. */

import { afterAll, beforeAll, expect, it } from "vitest";

import { type OpenPage, openPage, until } from "./page.ts";
import { type Server, startServer } from "./server.ts";

const SECONDS = Number(process.env["A2F_SYNC_SECONDS"] ?? 60);
/** The face is compared with what the server sent in pieces so long. */
const PIECE_S = 6;
/** Of a piece: fewer tell nothing of a lag. */
const LEAST_PICTURES = 12;
const STEP_S = 0.001;
const REACH_S = 0.08;

let server: Server;
let open: OpenPage;

beforeAll(async () => {
  server = await startServer();
  open = await openPage({ url: server.url, viewport: { width: 400, height: 320 } });
});
afterAll(async () => {
  await open?.close();
  await server?.stop();
});

/** The face that was shown, and the frames that the server sent for the sound that was heard. */
interface Watched {
  /** The bare reading of the audio clock, on the player's time, and the jaw that was shown then. */
  readonly shown: { readonly soundS: number; readonly jaw: number }[];
  readonly sent: { readonly utterance: number; readonly timeS: number; readonly jaw: number }[];
}

it("shows each frame within 20 ms of its sound", { timeout: (SECONDS + 120) * 1000 }, async () => {
  const { page } = open;
  await page.keyboard.press("l");
  await page.evaluate(() => {
    const watched: Watched = { shown: [], sent: [] };
    const { voices, conversation } = window.a2f;
    const jaw = conversation.face!.names.indexOf("jawOpen");
    conversation.face!.on("frames", (frames) => {
      if (frames.idle) return;
      const frameS = frames.fps[1] / frames.fps[0];
      frames.weights.forEach((weights, i) =>
        watched.sent.push({ utterance: frames.utterance, timeS: frames.time + i * frameS, jaw: weights[jaw]! }),
      );
    });
    const look = (): void => {
      const clip = voices.clip.current;
      // This runs after the page's own turn, in the same refresh: what it drew is what is shown.
      if (clip?.state.current === "playing") {
        watched.shown.push({
          soundS: clip.readPlaceS(performance.now() / 1000),
          jaw: window.a2f.weights()["jawOpen"]!,
        });
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    Object.assign(window, { watched });
  });
  await page.getByRole("button", { name: "Busy lips" }).click();
  await until(page, () => window.a2f.voices.clip.current?.state.current === "playing", "the clip plays");
  await page.evaluate(() => window.a2f.loop.sync.clear());
  await page.waitForTimeout(SECONDS * 1000);
  const { report, watched, durationS } = await page.evaluate(() => ({
    report: window.a2f.loop.sync.report(),
    watched: (window as never)["watched"] as Watched,
    durationS: window.a2f.voices.clip.current!.clip.durationS,
  }));
  const lags = lagsOf(watched, durationS);
  console.log({ report, lagsMs: lags.map((lag) => Math.round(lag * 1000)) });
  expect(report.showings).toBeGreaterThan(SECONDS);
  expect(report.worstMs).toBeLessThanOrEqual(20);
  expect(report.inTime).toBeGreaterThanOrEqual(0.99);
  expect(lags.length).toBeGreaterThanOrEqual(Math.floor(SECONDS / PIECE_S) - 2);
  for (const lag of lags) expect(Math.abs(lag)).toBeLessThanOrEqual(0.02);
});

/** How far the shown jaw lags behind that of the frames, in each piece: where both agree best. */
function lagsOf({ shown, sent }: Watched, durationS: number): number[] {
  const first = sent[0]!.utterance;
  const curve = sent.map(({ utterance, timeS, jaw }) => ({ atS: (utterance - first) * durationS + timeS, jaw }));
  const lags: number[] = [];
  for (let fromS = 1; fromS + PIECE_S < shown.at(-1)!.soundS; fromS += PIECE_S) {
    const piece = shown.filter(({ soundS }) => soundS >= fromS && soundS < fromS + PIECE_S);
    if (piece.length < LEAST_PICTURES) continue;
    let [best, least] = [0, Infinity];
    for (let lag = -REACH_S; lag <= REACH_S; lag += STEP_S) {
      const error = piece.reduce((sum, { soundS, jaw }) => sum + (jawAt(curve, soundS - lag) - jaw) ** 2, 0);
      if (error < least) [best, least] = [lag, error];
    }
    lags.push(best);
  }
  return lags;
}

function jawAt(curve: readonly { atS: number; jaw: number }[], second: number): number {
  const next = curve.findIndex(({ atS }) => atS > second);
  if (next <= 0) return curve.at(next)?.jaw ?? 0;
  const [a, b] = [curve[next - 1]!, curve[next]!];
  return a.jaw + ((b.jaw - a.jaw) * (second - a.atS)) / (b.atS - a.atS);
}

it("said nothing in the console", () => expect(open.problems).toEqual([]));
