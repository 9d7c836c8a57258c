/** Short questions about facts, for tests: accesses are found by a comment `// A` at the end of their line. */
import { type MapAccess, type SourceFacts } from "../../../../src/evidence/source/facts.js";
import { Judge } from "./conflicts.js";
import { factsOf } from "./support.js";

const head = (body: string): string => {
  const packages = [
    "sync",
    "time",
    "fmt",
    "sort",
    "context",
    "errors",
    "net/http",
    "net/http/httptest",
    "sync/atomic",
    "testing",
    "runtime",
    "encoding/json",
    "os",
    "maps",
  ];
  const used = packages.filter((path) =>
    new RegExp(`\\b${path.slice(path.lastIndexOf("/") + 1)}\\.`).test(body),
  );
  return `package main\n\nimport (\n${used.map((path) => `\t"${path}"\n`).join("")}\t"golang.org/x/sync/errgroup"\n)\n\nvar _ errgroup.Group\n`;
};

/** A program whose accesses are marked. */
export class Asked {
  readonly #judge: Judge;

  private constructor(
    readonly facts: SourceFacts,
    readonly sources: Readonly<Record<string, string>>,
  ) {
    this.#judge = new Judge(facts);
  }

  /** Reads one file of package main; imports are added. */
  static async program(body: string): Promise<Asked> {
    return Asked.files({ "main.go": head(body) + body });
  }

  /** Reads a test file and a file beside it. */
  static async test(body: string): Promise<Asked> {
    return Asked.files({ "x_test.go": (head(body) + body).replace("package main", "package shop") });
  }

  /** Reads files as they are. */
  static async files(sources: Readonly<Record<string, string>>): Promise<Asked> {
    return new Asked(await factsOf(sources), sources);
  }

  /** The access on the line that ends with `// mark`; the last one there. */
  at(mark: string): MapAccess {
    const places = Object.entries(this.sources).flatMap(([file, text]) =>
      text.split("\n").flatMap((line, i) => (line.endsWith(`// ${mark}`) ? [{ file, line: i + 1 }] : [])),
    );
    const found = this.facts.accesses.filter((access) =>
      places.some(({ file, line }) => access.file === file && access.line === line),
    );
    const access = found.at(-1);
    if (access === undefined) {
      throw new Error(`No access is marked ${mark}.`);
    }
    return access;
  }

  /** The locks at a mark: `c.mu` for a write lock, with `R` for a read lock, `?` and the doubt, `^` when the callers hold it. */
  locks(mark: string): string[] {
    return this.at(mark).locks.map(
      ({ expression, mode, doubt, by }) =>
        `${expression}${mode === "rlock" ? " R" : ""}${doubt === null ? "" : ` ?${doubt}`}${by === "caller" ? " ^" : ""}`,
    );
  }

  /** What the three conditions say about two marks: `conflict`, or what rules it out. */
  verdict(one: string, other: string): string {
    const { connected, atOnce, unlocked } = this.#judge.verdict(this.at(one), this.at(other));
    const against = [connected ? "" : "two maps", atOnce ? "" : "ordered", unlocked ? "" : "locked"].filter(
      (part) => part !== "",
    );
    return against.length === 0 ? "conflict" : against.join(", ");
  }

  /** Calls as `caller -> callee`, with `dynamic` or `defer`. */
  calls(): string[] {
    return this.facts.calls.map(
      ({ caller, callee, how }) =>
        `${this.#name(caller)} -> ${this.#name(callee)}${how === "static" ? "" : ` ${how}`}`,
    );
  }

  /** Starts as `starter -> started how`, with `many`. */
  starts(): string[] {
    return this.facts.starts.map(
      ({ starter, started, how, many }) =>
        `${starter === null ? "" : `${this.#name(starter)} `}-> ${this.#name(started)} ${how}${many ? " many" : ""}`,
    );
  }

  #name(func: number): string {
    return this.facts.functions[func]!.name.replace(/^(?:main|example\.com\/shop)\./, "");
  }
}
