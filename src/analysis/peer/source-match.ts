/**
 * Where a frame of a text is in the source.
 *
 * The text's paths are those of the machine that built the program: `/workspace/go/src/istio.io/istio/pilot/eds.go`,
 * `C:\src\shop\cache.go`, `example.com/shop/cache.go` (with -trimpath), or cut by a person. The source lies elsewhere. So
 * files are matched by the ends of their paths, and functions by their names. The source may be of a slightly different
 * revision: then the function is there, and the line is outside of it.
 *
 * Nothing is ever opened by a path of the text.
 */
import type { CaseFrame } from "../../case/case.js";
import { packageOf } from "../origin.js";
import { plainName, rootName } from "./function-names.js";
import { shiftsOf, type Stack } from "./revision.js";
import type { FactsIndex } from "./facts-index.js";

/** Where a frame is. */
export interface FramePlace {
  /** Relative to the source's root. */
  readonly file: string;
  /** As the text says; null where it does not. */
  readonly line: number | null;
  /** The function's index, when it was found. */
  readonly function: number | null;
  /** Whether function and line fit together: the revision is the right one as far as this frame tells. */
  readonly exact: boolean;
  /** Whether the function's name tells it, and not the line alone. */
  readonly byName: boolean;
}

/** Finds frames in the source; remembers what it found. */
export class SourceMatch {
  readonly #places = new Map<string, FramePlace | undefined>();
  readonly #shifts = new Map<string, number>();

  constructor(readonly index: FactsIndex) {}

  /**
   * Looks at whole stacks: when the lines of a file's frames fit its calls, go statements and accesses only after a shift, the
   * source is of another revision, and the shift is applied from then on.
   */
  learn(stacks: readonly Stack[]): void {
    this.#places.clear();
    this.#shifts.clear();
    for (const [file, shift] of shiftsOf(this.index, stacks, (frame) => this.#find(frame)?.file)) {
      this.#shifts.set(file, shift);
    }
    this.#places.clear();
  }

  /** By how many lines the source's lines are off from the text's; 0 where they fit. */
  shiftOf(file: string): number {
    return this.#shifts.get(file) ?? 0;
  }

  /** Where a frame is in the source; undefined when its file is not there. */
  place(frame: Pick<CaseFrame, "function" | "file" | "line">): FramePlace | undefined {
    const key = `${frame.function}\n${frame.file ?? ""}\n${frame.line ?? ""}`;
    if (!this.#places.has(key)) {
      this.#places.set(key, this.#find(frame));
    }
    return this.#places.get(key);
  }

  #find(frame: Pick<CaseFrame, "function" | "file" | "line">): FramePlace | undefined {
    const files = this.#filesFor(frame);
    const places = files.map((file) => this.#placeIn(file, frame));
    return (
      places.find((place) => place.exact) ??
      places.find((place) => place.function !== null) ??
      (files.length === 1 && strongEnough(files[0] ?? "", frame.file) ? places[0] : undefined)
    );
  }

  /** Files of the source that may be the frame's, the best fit first. */
  #filesFor({ function: name, file }: Pick<CaseFrame, "function" | "file">): string[] {
    if (file === null) {
      return [];
    }
    const parts = pathParts(file);
    const path = packageOf(name);
    const scored = this.index.filesNamed(parts.at(-1) ?? "").map((candidate) => ({
      candidate,
      fit: commonEnd(parts, candidate.split("/")) + (this.#isOfPackage(candidate, path) ? 100 : 0),
    }));
    return scored.toSorted((one, other) => other.fit - one.fit).map(({ candidate }) => candidate);
  }

  #isOfPackage(file: string, path: string): boolean {
    const [first] = this.index.functionsOf(file);
    const found = first === undefined ? undefined : this.index.function(first);
    return found !== undefined && (found.package === path || `${found.package}_test` === path);
  }

  #placeIn(
    file: string,
    { function: name, line: printed }: Pick<CaseFrame, "function" | "line">,
  ): FramePlace {
    const line = printed === null ? null : printed + this.shiftOf(file);
    const named = plainName(name);
    const inFile = this.index.functionsOf(file).flatMap((index) => {
      const found = this.index.function(index);
      return found === undefined ? [] : [{ index, found }];
    });
    const around = inFile
      .filter(({ found }) => line !== null && found.startLine <= line && line <= found.endLine)
      .toSorted((one, other) => span(one.found) - span(other.found));
    const sameFunction = around.find(({ found }) => plainName(found.name) === named);
    // Function literals are numbered differently by Go versions and by inlining: the line says which one it is.
    const sameRoot = around.find(({ found }) => rootName(found.name) === rootName(name));
    const inlined = around.find(({ found }) => namesInlined(name, found.name));
    // A fork, or a module that was given another name.
    const renamed = around.find(({ found }) => nameInPackage(found.name) === nameInPackage(name));
    // A literal in a function that was inlined may bear no more than the name of where it was inlined into.
    const literal = isLiteralName(named) ? around.find(({ found }) => found.enclosing !== null) : undefined;
    const exact = sameFunction ?? sameRoot ?? inlined ?? renamed ?? literal;
    if (exact !== undefined) {
      return { file, line, function: exact.index, exact: true, byName: exact !== literal };
    }
    const moved = inFile.find(({ found }) => plainName(found.name) === named);
    return {
      file,
      line,
      function: moved?.index ?? null,
      exact: line === null && moved !== undefined,
      byName: moved !== undefined,
    };
  }
}

function span({ startLine, endLine }: { readonly startLine: number; readonly endLine: number }): number {
  return endLine - startLine;
}

/** A file whose function is not found counts only when its folder fits too. */
function strongEnough(candidate: string, file: string | null): boolean {
  return file !== null && commonEnd(pathParts(file), candidate.split("/")) >= 2;
}

function pathParts(file: string): string[] {
  return file.replaceAll("\\", "/").split("/");
}

/** How many elements two paths have in common, counted from their ends. */
function commonEnd(one: readonly string[], other: readonly string[]): number {
  let count = 0;
  while (
    count < one.length &&
    count < other.length &&
    one[one.length - 1 - count] === other[other.length - 1 - count]
  ) {
    count += 1;
  }
  return count;
}

/**
 * Whether a name may be that of a function literal in `found` that was inlined: the compiler names such a literal after the
 * function it was inlined into, `main.main.func1.(*Actor).Add.1` for one in `(*Actor).Add`, `main.main.fib.Memo[...].func5`
 * for one in `Memo`.
 */
function namesInlined(name: string, found: string): boolean {
  const plain = plainName(name);
  const declared = lastName(rootName(found));
  const isLiteral = rootName(name) !== plain;
  return (
    isLiteral &&
    declared !== "" &&
    plain
      .split(/[.()*]+/)
      .slice(1)
      .includes(declared)
  );
}

/** `(*Actor).Add` of a literal in `example.com/actor.(*Actor).Add`. */
function nameInPackage(name: string): string {
  const root = rootName(name);
  return root.slice(root.lastIndexOf("/") + 1).replace(/^[^.]*\./, "");
}

/** `main.main.func1`, `main.main.func2.1`. */
function isLiteralName(name: string): boolean {
  return /\.(?:func\d+|\d+)$/.test(name);
}

/** `Add` of `example.com/actor.(*Actor).Add`. */
function lastName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
