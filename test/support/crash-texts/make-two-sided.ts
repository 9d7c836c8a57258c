/**
 * Records what Go's race detector, maptrap's trap and its recorder print on the example programs.
 *
 *     node scripts/run-ts.mjs test/support/crash-texts/make-two-sided.ts [--example NAME]… [--go 1.NN]… [--tool race|probe|record]…
 *
 * What is not asked for stays in the files as it is.
 */
import { parseArgs } from "node:util";
import { loadExamples } from "../examples.js";
import { TESTED } from "../toolchains.js";
import { Workshop } from "./record.js";
import { recordTwoSided, storeTwoSided } from "./two-sided.js";

const { values } = parseArgs({
  options: {
    example: { type: "string", multiple: true },
    go: { type: "string", multiple: true },
    tool: { type: "string", multiple: true },
  },
});

async function recordAll(workshop: Workshop): Promise<void> {
  const examples = loadExamples().filter(({ name }) => values.example?.includes(name) !== false);
  for (const tool of (["race", "probe", "record"] as const).filter(
    (one) => values.tool?.includes(one) !== false,
  )) {
    for (const version of TESTED.filter((one) => values.go?.includes(one) !== false)) {
      for (const example of examples.filter((one) => one.minimumGo === undefined || version !== "1.19")) {
        const text = await recordTwoSided(workshop, example, version, tool);
        if (typeof text !== "string") {
          storeTwoSided(text);
        }
        const what = typeof text === "string" ? `NOT MADE, ${text}` : `${text.reports.length} reports`;
        process.stdout.write(`${example.name}, Go ${version}, ${tool}: ${what}\n`);
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
