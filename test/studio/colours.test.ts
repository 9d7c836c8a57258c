import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { contrast, distance, readColour, type Rgb, sights } from "./support/colours.js";

const css = readFileSync(fileURLToPath(new URL("../../studio/style/tokens.css", import.meta.url)), "utf8");

/** The colours of a theme, by name. */
function tokens(theme: "light" | "dark"): (name: string) => Rgb {
  const block = css.split(`:root[data-theme="${theme}"]`)[1]?.split("}")[0] ?? "";
  const colours = new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((one) => [one[1], one[2]]));
  expect(colours.size).toBeGreaterThan(20);
  return (name) => readColour(colours.get(name) ?? `--${name}, which is not there,`);
}

/** Colours in which texts are set. */
const ofTexts = ["text", "quiet", "focus", "side-a", "side-b", "growth", "gc", "barrier", "marked", "danger"];
/** Colours of shapes, which need less contrast. */
const ofShapes = ["full", "deleted"];
/** Colours in which texts stand on a soft ground of their own. */
const withSoft = ["side-a", "side-b", "growth", "gc", "barrier", "marked", "danger"];

/** What is drawn beside each other and must not be taken for each other; each also has a shape, a pattern or a word of its own. */
const together: readonly (readonly string[])[] = [
  // The two sides of a conflict.
  ["side-a", "side-b"],
  // Bands of the timeline, and what lies on them.
  ["growth", "gc", "barrier"],
  ["side-a", "growth"],
  ["side-b", "gc"],
  // Slots of a map.
  ["full", "deleted", "evacuated", "ground"],
  // Soft grounds of the sides, in stacks and registers.
  ["side-a-soft", "side-b-soft", "ground"],
  ["side-a-soft", "marked-soft", "ground"],
];

describe.each(["light", "dark"] as const)("the %s theme", (theme) => {
  const colour = tokens(theme);

  it("has texts that can be read", () => {
    const low = ["ground", "raised"].flatMap((ground) =>
      [...ofTexts.map((name) => [name, 4.5] as const), ...ofShapes.map((name) => [name, 3] as const)]
        .map(([name, least]) => ({ name, ground, least, is: contrast(colour(name), colour(ground)) }))
        .filter(({ is, least }) => is < least),
    );
    expect(low).toEqual([]);
  });

  it("has texts that can be read on their soft grounds, too", () => {
    const low = withSoft
      .flatMap((name) => [name, "text"].map((text) => ({ text, ground: `${name}-soft` })))
      .map(({ text, ground }) => ({ text, ground, is: contrast(colour(text), colour(ground)) }))
      .filter(({ is }) => is < 4.5);
    expect(low).toEqual([]);
  });

  it.each(sights)("has colours that are told apart (%s)", (sight) => {
    const near = together.flatMap((names) => {
      const least = names.some((name) => name.endsWith("-soft")) ? 6 : 15;
      return names.flatMap((one, index) =>
        names
          .slice(index + 1)
          .map((other) => ({ one, other, least, is: distance(colour(one), colour(other), sight) }))
          .filter(({ is }) => is < least),
      );
    });
    expect(near).toEqual([]);
  });
});
