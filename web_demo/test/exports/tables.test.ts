import { ARKIT_NAMES, type Frames } from "a2f-live";
import { describe, expect, it } from "vitest";

import { liveLinkCsv } from "../../src/exports/csv.ts";
import { fileName } from "../../src/exports/download.ts";
import { animationJson } from "../../src/exports/json.ts";
import { sixDecimals, timecode } from "../../src/exports/numbers.ts";
import { LIMIT_FRAMES, Recording } from "../../src/exports/recording.ts";

function block(utterance: number, time: number, count: number, more: Partial<Frames> = {}): Frames {
  const weights = Array.from({ length: count }, (_, i) => new Float32Array(52).fill((i + 1) / 8));
  return {
    type: "frames",
    utterance,
    index: 0,
    count,
    time,
    fps: [30, 1],
    weights,
    head: null,
    visemes: null,
    idle: false,
    final: false,
    ...more,
  };
}

describe("numbers", () => {
  it.each([
    [0, "0.000000"],
    [1, "1.000000"],
    [1 / 128, "0.007812"], // a tie goes to the even neighbour, as in Python
    [3 / 128, "0.023438"],
    [Math.fround(0.1), "0.100000"],
    [0.1234565, "0.123456"],
  ])("writes %f as Python does", (value, text) => expect(sixDecimals(value)).toBe(text));

  it.each([
    [0, 30, "00:00:00:00.000"],
    [1 / 3, 30, "00:00:00:10.000"],
    [0.05, 30, "00:00:00:01.500"],
    [3723.5, 60, "01:02:03:30.000"],
    [59 / 60, 60, "00:00:00:59.000"],
    [0.1 + 0.2, 10, "00:00:00:03.000"],
  ])("writes %f s at %i frames a second as %s", (timeS, fps, text) => expect(timecode(timeS, fps)).toBe(text));
});

describe("Recording", () => {
  it("keeps the times of an utterance", () => {
    const recording = new Recording("a", ARKIT_NAMES);
    recording.add(block(0, 0, 2));
    recording.add(block(0, 2 / 30, 1));
    expect(recording.rows.map(({ timeS }) => Math.round(timeS * 30))).toEqual([0, 1, 2]);
    expect(recording.durationS).toBeCloseTo(0.1);
  });

  it("lets utterances and the life between them follow each other without a gap", () => {
    const recording = new Recording("a", ARKIT_NAMES);
    recording.add(block(3, 5, 2));
    recording.add(block(3, 0.5, 1, { idle: true }));
    recording.add(block(4, 0, 1));
    expect(recording.rows.map(({ timeS }) => Math.round(timeS * 30))).toEqual([0, 1, 2, 3]);
  });

  it("ends at its limit", () => {
    const recording = new Recording("a", ARKIT_NAMES);
    recording.add({ ...block(0, 0, 1), weights: Array.from({ length: LIMIT_FRAMES + 5 }, () => new Float32Array(52)) });
    expect([recording.rows.length, recording.full]).toEqual([LIMIT_FRAMES, true]);
  });
});

describe("files", () => {
  const recording = new Recording("hello", ARKIT_NAMES);
  recording.add(block(0, 0, 2, { head: [Float32Array.of(1.5, 0, 0), Float32Array.of(2, 0, 0)] }));

  it("writes the table of Live Link Face", () => {
    const [header, first, second, end] = liveLinkCsv(recording.take()).split("\n");
    expect(header).toMatch(
      /^Timecode,BlendShapeCount,EyeBlinkLeft,.*,TongueOut,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,.*,RightEyeRoll$/,
    );
    expect(first?.split(",").length).toBe(2 + 61);
    expect(first).toMatch(/^00:00:00:00\.000,61,0\.125000,.*0\.125000,0,0,0,0,0,0,0,0,0$/);
    expect(second).toMatch(/^00:00:00:01\.000,61,0\.250000/);
    expect(end).toBe("");
  });

  it("writes JSON", () => {
    const document = JSON.parse(animationJson(recording.take())) as Record<string, unknown>;
    expect(document).toMatchObject({ name: "hello", fps: [30, 1], names: ARKIT_NAMES, count: 2 });
    expect((document["frames"] as { time: number; head: number[] }[])[1]).toMatchObject({
      time: 0.033333,
      head: [2, 0, 0],
    });
  });

  it.each([
    ["A greeting", "A-greeting.csv"],
    ["../../etc/passwd", "..-..-etc-passwd.csv"],
    ["  ", "take.csv"],
    ["Grüße 12:30:01", "Grüße-12-30-01.csv"],
  ])("names a file after %j", (title, name) => expect(fileName(title, ".csv")).toBe(name));
});

it("keeps the streams of two connections apart in a recording, though both count from 0", () => {
  const recording = new Recording("two", ARKIT_NAMES);
  recording.add(block(0, 0, 30));
  recording.cut();
  recording.add(block(0, 0, 30));
  const times = recording.rows.map(({ timeS }) => timeS);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(recording.durationS).toBeCloseTo(2);
});
