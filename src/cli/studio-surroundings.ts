/** What documents are made with on the command line: source, executables and symbols are looked for as `read` and `explain` do. */
import type { Surroundings } from "../document/surroundings.js";
import { symbolSource } from "./binary-symbols.js";
import type { CommandContext } from "./context.js";
import { SourceOfTexts } from "./explain-source.js";
import { modulesNear } from "./module-above.js";
import { sourceBelow, sourceReader } from "./source-reader.js";

/** What the person said about it. */
export interface SurroundingsChoice {
  /** The folder of the source; true to look for it, false for no source. */
  readonly source: string | boolean;
  /** The executable that wrote the event files, where it is not the one that they name. */
  readonly exe: string | undefined;
  /** The files that were given, by their paths. */
  readonly files: readonly string[];
  /** Hears how far it is. */
  readonly progress: Surroundings["progress"];
}

/**
 * Makes them.
 *
 * @throws UnreadableInputError when the folder that was named is none, BinaryError when the executable cannot be read
 */
export function nodeSurroundings(
  { source, exe, files, progress }: SurroundingsChoice,
  { call, workingDirectory }: Pick<CommandContext, "call" | "workingDirectory">,
): Surroundings {
  const texts = new SourceOfTexts(source, workingDirectory, (text) => progress(text, null));
  const symbols = symbolSource(exe);
  const roots = new Set<string>();
  const near = sourceReader(modulesNear(files, workingDirectory));
  return {
    command: call,
    workingDirectory,
    symbolsOf: async (executable) => Promise.resolve(symbols(executable)),
    factsFor: async (reports) => {
      const facts = await texts.factsFor(reports);
      if (facts !== undefined) {
        roots.add(facts.root);
      }
      return facts;
    },
    readSource: (file) => {
      if (source === false) {
        return undefined;
      }
      // Places that were found in the source are relative to its folder.
      for (const root of roots) {
        const text = sourceBelow(root)(file);
        if (text !== undefined) {
          return text;
        }
      }
      return near(file);
    },
    progress,
  };
}
