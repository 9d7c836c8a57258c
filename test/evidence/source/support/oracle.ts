/**
 * The oracle (test/oracle, a Go program that asks go/types), and a comparison of what it says with what the source index
 * says.
 */
import { mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProcess } from "../../../../src/base/processes.js";
import { type FoundAccess } from "../../../../src/evidence/source/program.js";
import { placeOf } from "../../../../src/evidence/source/accesses/find.js";
import { type MadeProgram } from "../../../../src/evidence/source/make-program.js";
import {
  goCommand,
  goEnvironment,
  type GoVersion,
  repositoryRoot,
  toolchain,
} from "../../../support/toolchains.js";

/** An access as the oracle says it. */
export interface OracleAccess {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly operation: string;
  readonly variable: string;
  /** The map expression as it is written. */
  readonly text: string;
}

/** What the oracle says about some folders. */
export interface OracleAnswer {
  readonly root: string;
  readonly files: ReadonlySet<string>;
  readonly accesses: readonly OracleAccess[];
  /** The build tags that were set. */
  readonly tags: readonly string[];
}

/** The folders of a version's standard library that have Go files; with `commands` also those of the Go command. */
async function foldersOf(root: string, commands: boolean): Promise<string[]> {
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    if (entries.some((entry) => entry.isFile() && entry.name.endsWith(".go"))) {
      found.push(folder);
    }
    for (const entry of entries) {
      const skipped = entry.name === "testdata" || /^[._]/u.test(entry.name);
      if (entry.isDirectory() && !skipped && (commands || folder !== root || entry.name !== "cmd")) {
        await visit(join(folder, entry.name));
      }
    }
  };
  await visit(root);
  return found.toSorted();
}

/** Asks the oracle, compiled with a version, about the standard library of that version. */
export async function askOracle(version: GoVersion, commands: boolean): Promise<OracleAnswer> {
  const root = await realpath(join(toolchain(version), "src"));
  const folder = await mkdtemp(join(tmpdir(), "maptrap-oracle-"));
  try {
    const program = join(folder, "oracle");
    const build = await runProcess(goCommand(version), ["build", "-o", program, "."], {
      cwd: join(repositoryRoot, "test/oracle"),
      env: goEnvironment(),
    });
    if (build.status !== 0) {
      throw new Error(`the oracle does not compile:\n${build.stderr}`);
    }
    const options = {
      env: goEnvironment({ GOROOT: dirname(root), GO111MODULE: "off", CGO_ENABLED: "0" }),
      maxOutputBytes: 64 * 1024 * 1024,
    };
    const tags = await runProcess(program, ["-tags"], options);
    const output = await runProcess(program, ["-root", root, ...(await foldersOf(root, commands))], options);
    const records = output.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as OracleAccess);
    return {
      root,
      files: new Set(records.filter(({ operation }) => operation === "file").map(({ file }) => file)),
      accesses: records.filter(({ operation }) => operation !== "file"),
      tags: tags.stdout.split("\n").filter((tag) => tag !== ""),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The direct accesses of a program in some files, in the oracle's words. */
export function inOracleWords(
  made: MadeProgram,
  accesses: readonly FoundAccess[],
  files: ReadonlySet<string>,
): OracleAccess[] {
  return accesses
    .filter(({ through, file }) => through === null && files.has(file.path))
    .map((access) => ({
      file: access.file.path,
      ...placeOf(access.file, access.map, access.at),
      operation: access.operation,
      // What has no name is known by its place.
      variable: (made.program.variables.list[access.variable]?.key ?? "").replace(
        /(?<place>expression \S+:\d+:\d+).*$/u,
        "$<place>",
      ),
      text: access.file.text.slice(access.map.pos, access.map.end),
    }));
}

/** A comparison. */
export interface Comparison {
  readonly expected: number;
  readonly found: number;
  readonly agreed: number;
  readonly recall: number;
  readonly precision: number;
  /** What only one of the two has, by cause. */
  readonly causes: ReadonlyMap<string, readonly string[]>;
}

const place = (access: OracleAccess): string =>
  `${access.file}:${access.line}:${access.column} ${access.text}`;

/** Compares: an access agrees when place, map expression, operation and variable are the same. */
export function compare(oracle: readonly OracleAccess[], mine: readonly OracleAccess[]): Comparison {
  const waiting = new Map<string, OracleAccess[]>();
  const whole = (access: OracleAccess): string => `${place(access)}|${access.operation}|${access.variable}`;
  for (const access of oracle) {
    const list = waiting.get(whole(access)) ?? [];
    list.push(access);
    waiting.set(whole(access), list);
  }
  const extra = mine.filter((access) => waiting.get(whole(access))?.pop() === undefined);
  const missed = [...waiting.values()].flat();
  const causes = new Map<string, string[]>();
  const note = (cause: string, text: string): void => {
    causes.set(cause, [...(causes.get(cause) ?? []), text]);
  };
  for (const access of missed) {
    const others = extra.filter((other) => place(other) === place(access));
    const other = others.find(({ operation }) => operation === access.operation) ?? others[0];
    if (other === undefined) {
      note("missed", whole(access));
    } else if (other.operation === access.operation) {
      note("another variable", `${whole(access)} instead of ${other.variable}`);
    } else {
      note("another operation", `${whole(access)} instead of ${other.operation}`);
    }
  }
  for (const access of extra) {
    if (!missed.some((other) => place(other) === place(access))) {
      note("not there", whole(access));
    }
  }
  const agreed = mine.length - extra.length;
  return {
    expected: oracle.length,
    found: mine.length,
    agreed,
    recall: agreed / oracle.length,
    precision: agreed / mine.length,
    causes,
  };
}
