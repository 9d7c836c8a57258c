/** What go.mod and go.work say, as far as it matters for finding packages. */

/** A go.mod file. */
export interface GoMod {
  readonly module: string | null;
  readonly goVersion: string | null;
  /** The versions that are required, by module path. */
  readonly requires: ReadonlyMap<string, string>;
  /** `replace old => ./folder`: the folder by module path. */
  readonly localReplacements: ReadonlyMap<string, string>;
}

/** Reads a go.mod file; what it does not understand it leaves out. */
export function parseGoMod(text: string): GoMod {
  let module: string | null = null;
  let goVersion: string | null = null;
  const requires = new Map<string, string>();
  const localReplacements = new Map<string, string>();
  for (const [verb, ...words] of directives(text)) {
    switch (verb) {
      case "module":
        module ??= words[0] ?? null;
        break;
      case "go":
        goVersion ??= words[0] ?? null;
        break;
      case "require":
        if (words[0] !== undefined && words[1] !== undefined) {
          requires.set(words[0], words[1]);
        }
        break;
      case "replace": {
        const arrow = words.indexOf("=>");
        const target = words[arrow + 1];
        if (words[0] !== undefined && arrow > 0 && target?.startsWith(".") === true) {
          localReplacements.set(words[0], target);
        }
        break;
      }
      default:
        break;
    }
  }
  return { module, goVersion, requires, localReplacements };
}

/** The folders that a go.work file uses. */
export function parseGoWork(text: string): string[] {
  return [...directives(text)].flatMap(([verb, folder]) =>
    verb === "use" && folder !== undefined ? [folder] : [],
  );
}

/** The lines of such a file as words, with the verb of a block in front of each of its lines. */
function* directives(text: string): Generator<string[]> {
  let block: string | null = null;
  for (const raw of text.split("\n")) {
    const line = raw.replace(/\/\/.*$/u, "").trim();
    const words = (line.match(/"[^"]*"|`[^`]*`|[^\s"`]+/gu) ?? []).map((word) =>
      word.replace(/^["`]|["`]$/gu, ""),
    );
    if (words.length === 0) {
      continue;
    }
    if (block !== null) {
      if (words[0] === ")") {
        block = null;
      } else {
        yield [block, ...words];
      }
    } else if (words[1] === "(") {
      block = words[0] ?? null;
    } else {
      yield words;
    }
  }
}
