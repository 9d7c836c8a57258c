/** A compiler's front end at work on the source of the Go distribution: bench/programs/record/compiler. */
import type { Kind } from "./builds.js";
import { Series } from "../turns/series.js";
import { withPrograms, type Recorded } from "./session.js";

/** How often each work is done. */
export interface CompilerPlan {
  readonly kinds: readonly Kind[];
  readonly formatTurns: number;
  readonly typesTurns: number;
}

/** Measures parsing and formatting, a megabyte of GOROOT/src in each turn, and type-checking. */
export async function measureCompiler(
  binaries: Readonly<Record<Kind, string>>,
  goroot: string,
  plan: CompilerPlan,
): Promise<{ format: Series; types: Series; recorded: Recorded | undefined }> {
  const format = new Series("parse and format");
  const types = new Series("type-check");
  const recorded = await withPrograms(binaries, plan.kinds, [goroot], async (programs) => {
    for (let turn = 0; turn < plan.formatTurns; turn++) {
      await format.add(programs, async (program) => program.turn(`format ${turn}`));
    }
    for (let turn = 0; turn < plan.typesTurns; turn++) {
      await types.add(programs, async (program) => program.turn(`types ${turn}`));
    }
  });
  return { format, types, recorded };
}
