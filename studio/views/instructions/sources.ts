/** Where functions come from: the code in the documents that are open, and the programs in them. */
import { mapFunctionsOfFindings } from "../../../src/analysis/asm/functions-of-case.js";
import type { Case } from "../../../src/case/case.js";
import type { Bytes, StudioDocument } from "../../../src/document/document.js";
import type { AsmJson } from "../../../src/document/asm-schema.js";
import { line } from "./text-parts.js";

/** One program: as `maptrap asm --json` shows it, or its bytes. */
export type CodeSource =
  | {
      readonly kind: "code";
      /** As it stands in the address: `d0`, `d0.b1`. */
      readonly id: string;
      readonly title: string;
      readonly code: AsmJson;
      /** Index in its binaries. */
      readonly binary: number;
    }
  | {
      readonly kind: "program";
      /** `d0.p0` */
      readonly id: string;
      readonly title: string;
      readonly name: string;
      readonly bytes: Bytes;
    };

/** The sources of a document. */
export function sourcesIn({ handle, code, programs }: StudioDocument): readonly CodeSource[] {
  return [
    ...(code?.binaries ?? []).map(({ file, goVersion }, binary): CodeSource => ({
      kind: "code",
      id: binary === 0 ? handle : `${handle}.b${binary}`,
      title: line(`${handle} ${baseName(file)}${goVersion === null ? "" : ` ${goVersion}`}`),
      code: code ?? emptyCode,
      binary,
    })),
    ...programs.map(({ name, bytes }, index): CodeSource => ({
      kind: "program",
      id: `${handle}.p${index}`,
      title: line(`${handle} ${baseName(name)}`),
      name,
      bytes,
    })),
  ];
}

const emptyCode: AsmJson = {
  format: "maptrap-asm",
  version: 1,
  maptrap: "",
  binaries: [],
  functions: [],
  comparisons: [],
  conclusions: { follows: [], doesNot: [] },
};

function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

/** A function of a source. */
export interface Chosen {
  readonly source: string;
  readonly name: string;
}

/** What is shown at first. */
export interface Defaults {
  readonly left: Chosen | undefined;
  readonly right: Chosen | undefined;
}

/** What is looked at where nothing else is known: a write beside a read. */
const usual = [
  ["runtime.mapassign_fast64", "runtime.mapaccess1_fast64"],
  ["runtime.mapassign_faststr", "runtime.mapaccess1_faststr"],
  ["runtime.mapassign", "runtime.mapaccess1"],
] as const;

/** For code: what the command compared; of many functions a write beside a read where both are there; else the first one. */
export function defaultsOfCode(document: StudioDocument): Defaults {
  const { code, handle } = document;
  const chosen = (index: number | undefined): Chosen | undefined => {
    const one = index === undefined ? undefined : code?.functions[index];
    return one === undefined
      ? undefined
      : { source: one.binary === 0 ? handle : `${handle}.b${one.binary}`, name: one.name };
  };
  const [first] = code?.comparisons ?? [];
  if (first !== undefined) {
    return { left: chosen(first.left), right: chosen(first.right) };
  }
  const at = new Map((code?.functions ?? []).map(({ name }, index) => [name, index]));
  const pair = usual.find((names) => names.every((name) => at.has(name))) ?? [];
  const [left = 0, right] = pair.map((name) => at.get(name));
  return { left: chosen(left), right: chosen(right) };
}

/**
 * For a program: the map functions in which the two sides of a finding were, where the document has one; else a write beside a read.
 *
 * @param mapFunctions those that the program holds
 */
export function defaultsOfProgram(
  incident: Case | null,
  source: string,
  mapFunctions: readonly string[],
): Defaults {
  const has = new Set(mapFunctions);
  const ofSides = (incident === null ? [] : mapFunctionsOfFindings(incident)).map((names) =>
    names.filter((name) => has.has(name)),
  );
  const pair =
    ofSides.find((names) => names.length > 1) ??
    ofSides.find((names) => names.length > 0) ??
    usual.find((names) => names.every((name) => has.has(name))) ??
    mapFunctions.slice(0, 1);
  const [left, right] = pair.map((name) => ({ source, name }));
  return { left, right };
}
