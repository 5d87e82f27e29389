import { expect, it } from "vitest";

import { LEVELS, Quality } from "../../src/scene/quality.ts";

const observe = (quality: Quality, count: number, intervalS: number): boolean[] =>
  Array.from({ length: count }, () => quality.observe(intervalS));

it("stays as fine as it can be where the display is kept up with", () => {
  const quality = new Quality();
  expect(observe(quality, 500, 1 / 60).includes(true)).toBe(false);
  expect(quality.level).toBe(LEVELS[0]);
});

it("goes down where it misses every third picture", () => {
  const quality = new Quality();
  const fell = Array.from({ length: 24 }, (_, i) => quality.observe(i % 3 ? 1 / 60 : 1 / 30));
  expect(fell.includes(true)).toBe(true);
});

it("forgives a hiccup", () => {
  const quality = new Quality();
  for (let i = 0; i < 500; i++) expect(quality.observe(i % 5 ? 1 / 60 : 0.3)).toBe(false);
});

it("goes down step by step where it cannot keep up, to the coarsest and no further", () => {
  const quality = new Quality();
  const changes = Array.from({ length: 500 }, () => quality.observe(0.1 * quality.level.pixelRatio));
  expect(changes.filter(Boolean).length).toBe(LEVELS.length - 1);
  expect(quality.level).toBe(LEVELS.at(-1));
});

it.each([24, 30])("draws finely on a display of %d Hz, which is no faster for a coarser picture", (hertz) => {
  const quality = new Quality();
  observe(quality, 500, 1 / hertz);
  expect(quality.level).toBe(LEVELS[0]);
});

it.each([48, 50, 60, 120])("forgives the jitter of a display of %d Hz", (hertz) => {
  const quality = new Quality();
  for (let i = 0; i < 500; i++) expect(quality.observe(1 / hertz + (i % 2 ? 0.0012 : -0.0012))).toBe(false);
});

it("stays where it is told to", () => {
  const quality = new Quality();
  quality.fix(2);
  expect(observe(quality, 500, 0.1).includes(true)).toBe(false);
  expect(quality.level).toBe(LEVELS[2]);
});
