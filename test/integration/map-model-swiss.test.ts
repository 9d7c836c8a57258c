/**
 * The swiss map of the model has the same bytes as the real one, for the same random operations on both, and its iterators
 * go the same way. `MAPTRAP_TEST_REPEAT=20` asks for the full measure: 1,000 sequences of up to 5,000 operations, and all bytes compared
 * after each operation; and for GOEXPERIMENT=mapsplitgroup, for which Go compiles its library anew.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { kinds } from "../support/map-model/classic-kinds.js";
import { Replay } from "../support/map-model/replay.js";
import {
  buildMapModel,
  readStream,
  type SequenceChoice,
  startMapModel,
} from "../support/map-model/stream.js";
import { swissKind } from "../support/map-model/swiss-kinds.js";
import { type GoVersion, repeats, TESTED } from "../support/toolchains.js";

const full = repeats > 1;
/** The three kinds that the model is measured by; the others are those with other layouts, sizes and functions. */
const measured = ["int32", "int64", "string"];

interface Form {
  readonly version: GoVersion;
  readonly split: boolean;
}

const swiss = TESTED.filter((version) => Number(version.split(".")[1]) >= 24);
const forms: Form[] = [
  ...swiss.map((version) => ({ version, split: false })),
  ...(full ? [{ version: "1.27" as const, split: true }] : []),
];

function choiceFor(kind: string, split: boolean): SequenceChoice {
  const sequences = measured.includes(kind) && !split ? 50 * repeats : 5 * repeats;
  return {
    kind,
    seed: full ? 2 : 1,
    first: 0,
    count: full ? sequences : measured.includes(kind) ? 12 : 4,
    operations: full ? 5000 : 1500,
    every: full,
  };
}

describe.each(forms)("Go $version, split groups: $split", ({ version, split }) => {
  let program = "";
  beforeAll(() => {
    program = buildMapModel(version, split ? "mapsplitgroup" : undefined);
  });

  it.each(Object.keys(kinds))(
    "a map of kind %s has the same bytes in the model after each of many random operations",
    async (kind) => {
      const choice = choiceFor(kind, split);
      const differences: string[] = [];
      let replay: Replay | undefined;
      for await (const item of readStream(startMapModel(program, choice))) {
        if ("records" in item) {
          const difference = replay?.sequence(item);
          differences.push(...(difference === undefined ? [] : [difference]));
        } else {
          replay = new Replay(item, swissKind(kind, item, split));
        }
      }
      expect(differences).toEqual([]);
      expect(replay?.sequences).toBe(choice.count);
      expect(replay?.dumps).toBeGreaterThan(20 * choice.count);
    },
    full ? 7_200_000 : 300_000,
  );
});
