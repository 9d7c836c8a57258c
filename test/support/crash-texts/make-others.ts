/**
 * Records the texts of test/fixtures/crash-texts/programs.
 *
 *     node scripts/run-ts.mjs test/support/crash-texts/make-others.ts [--name NAME]… [--go 1.NN]…
 *
 * What is not asked for stays in the files as it is.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { loadOtherTexts, otherTextsFile } from "./load.js";
import { versionsAtHand } from "./old-go.js";
import type { OtherText } from "./other-schema.js";
import { buildOther, recordOther } from "./others.js";
import { type Recipe, recipes } from "./recipes.js";
import { Workshop } from "./record.js";

const { values } = parseArgs({
  options: { name: { type: "string", multiple: true }, go: { type: "string", multiple: true } },
});

function store(recipe: Recipe, text: OtherText): void {
  const file = otherTextsFile(recipe.name);
  const before = existsSync(file) ? loadOtherTexts(recipe.name) : [];
  const texts = [...before.filter((one) => one.name !== text.name), text].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  mkdirSync(path.dirname(file), { recursive: true });
  const json = JSON.stringify({ format: "other-crash-texts", version: 1, about: recipe.about, texts });
  writeFileSync(file, gzipSync(json, { level: 9 }));
}

async function recordAll(workshop: Workshop): Promise<void> {
  for (const recipe of recipes.filter(({ name }) => values.name?.includes(name) !== false)) {
    for (const version of versionsAtHand()) {
      if (!recipe.versions.includes(version) || values.go?.includes(version) === false) {
        continue;
      }
      const text = await recordOther(workshop, await buildOther(workshop, recipe, version));
      if (typeof text === "string") {
        process.stdout.write(`${recipe.name}, Go ${version}: NOT MADE, ${text.replaceAll("\n", "\n  | ")}\n`);
      } else {
        store(recipe, text);
        const { truth } = text;
        process.stdout.write(
          `${text.name}: ${truth.cause}, ${truth.goroutines.length} goroutines, ${truth.detector?.mark ?? "-"}\n`,
        );
      }
    }
  }
}

const place = new Workshop();
try {
  await recordAll(place);
} finally {
  place.remove();
}
