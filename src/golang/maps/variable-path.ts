/**
 * Finds a map by the name of the variable that holds it: `main.cache`, or a way through structs, pointers and arrays from a
 * variable on: `main.server.cache`, `main.shards[3].m`.
 */
import { MaptrapError } from "../../base/errors.js";
import type { Address, Memory } from "../memory.js";
import type { GoType } from "../types/go-type.js";
import type { TypeReader } from "../types/reader.js";
import { hexAddress, readView, wordAt } from "../types/words.js";

/** The way to a map does not lead anywhere. */
export class VariablePathError extends MaptrapError {
  constructor(
    /** The part of the way that was taken. */
    readonly path: string,
    reason: string,
    wayOut?: string,
  ) {
    super(`${path} ${reason}`, { wayOut });
  }
}

/** One step from a value on. */
export type PathStep = { readonly field: string } | { readonly index: number };

/** A variable of a package and the way from it. */
export interface VariablePath {
  /** The linker's name of the variable. */
  readonly variable: string;
  readonly address: Address;
  readonly steps: readonly PathStep[];
}

/** Longer names are none. */
const longestPath = 1024;

/**
 * Tells the variable from the way: the longest beginning that is the name of a variable. Names of packages hold dots too, so only
 * the program knows where one ends.
 *
 * @param addressOf where a variable lies; undefined when there is none of that name
 * @returns undefined when no beginning of it names a variable
 */
export function parseVariablePath(
  text: string,
  addressOf: (name: string) => Address | undefined,
): VariablePath | undefined {
  if (text.length > longestPath) {
    return undefined;
  }
  const ends = [text.length, ...[...text.matchAll(/[.[]/g)].map(({ index }) => index).toReversed()];
  for (const end of ends) {
    const variable = text.slice(0, end);
    const steps = parseSteps(text.slice(end));
    const address = steps === undefined || variable === "" ? undefined : addressOf(variable);
    if (steps !== undefined && address !== undefined) {
      return { variable, address, steps };
    }
  }
  return undefined;
}

/** `.name` and `[3]`, one after another; undefined for anything else. */
function parseSteps(text: string): readonly PathStep[] | undefined {
  const steps: PathStep[] = [];
  const step = /(?:\.([\p{L}_][\p{L}\p{Nd}_]*)|\[(\d{1,15})\])/uy;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) {
      return undefined;
    }
    steps.push(match[1] === undefined ? { index: Number(match[2]) } : { field: match[1] });
  }
  return steps;
}

/** How a step is written. */
export function stepText(step: PathStep): string {
  return "field" in step ? `.${step.field}` : `[${step.index}]`;
}

/** A place in memory that holds a value of a type. */
export interface TypedPlace {
  readonly address: Address;
  readonly type: GoType;
}

/**
 * Goes from a place to a part of what is there. Pointers on the way are followed, as Go does for fields.
 *
 * @param path how the place is called in errors
 * @throws VariablePathError when there is no such part, or a pointer on the way is nil or cannot be read
 */
export function takeStep(
  step: PathStep,
  place: TypedPlace,
  path: string,
  program: { readonly memory: Memory; readonly types: TypeReader },
): TypedPlace {
  const { types } = program;
  const { type, address } = place;
  if (type.kind === "ptr") {
    return takeStep(step, through(place, type.element, path, program), path, program);
  }
  if (type.kind === "interface") {
    return takeStep(step, insideInterface(place, type, path, program), path, program);
  }
  if ("field" in step) {
    const field = type.kind === "struct" ? type.fields.find(({ name }) => name === step.field) : undefined;
    const fieldType = field === undefined ? undefined : types.at(field.type);
    if (field === undefined || fieldType === undefined) {
      const names = type.kind === "struct" ? type.fields.map(({ name }) => name) : [];
      const wayOut = names.length === 0 ? undefined : `its fields are ${names.slice(0, 20).join(", ")}`;
      throw new VariablePathError(path, `(${type.name}) has no field ${step.field}`, wayOut);
    }
    return { address: address + field.offset, type: fieldType };
  }
  return element(step.index, place, path, program);
}

function element(
  index: number,
  { type, address }: TypedPlace,
  path: string,
  { memory, types }: { readonly memory: Memory; readonly types: TypeReader },
): TypedPlace {
  if (type.kind !== "array" && type.kind !== "slice") {
    throw new VariablePathError(path, `(${type.name}) has no elements with a number`);
  }
  const view = type.kind === "slice" ? readView(memory, address, 16) : undefined;
  const length = type.kind === "array" ? type.length : view === undefined ? 0 : wordAt(view, 8);
  const start = type.kind === "array" ? address : view === undefined ? 0 : wordAt(view, 0);
  const elementType = types.at(type.element);
  if (elementType === undefined || index >= length) {
    throw new VariablePathError(path, `has ${length} elements, and so none at [${index}]`);
  }
  return { address: start + index * elementType.size, type: elementType };
}

function through(
  { address }: TypedPlace,
  target: Address,
  path: string,
  { memory, types }: { readonly memory: Memory; readonly types: TypeReader },
): TypedPlace {
  const view = readView(memory, address, 8);
  const pointer = view === undefined ? undefined : wordAt(view, 0);
  const type = types.at(target);
  if (pointer === undefined || type === undefined) {
    throw new VariablePathError(path, `cannot be read at ${hexAddress(address)}`);
  }
  if (pointer === 0) {
    throw new VariablePathError(path, "is nil");
  }
  return { address: pointer, type };
}

function insideInterface(
  { address }: TypedPlace,
  type: Extract<GoType, { kind: "interface" }>,
  path: string,
  { memory, types }: { readonly memory: Memory; readonly types: TypeReader },
): TypedPlace {
  const view = readView(memory, address, 16);
  const word = view === undefined ? 0 : wordAt(view, 0);
  if (view === undefined || word === 0) {
    throw new VariablePathError(path, view === undefined ? "cannot be read" : "is nil");
  }
  const itab = type.methods === 0 ? undefined : readView(memory, word + 8, 8);
  const dynamic = types.at(type.methods === 0 || itab === undefined ? word : wordAt(itab, 0));
  if (dynamic === undefined) {
    throw new VariablePathError(path, "is an interface whose type cannot be read");
  }
  return { address: dynamic.direct ? address + 8 : wordAt(view, 8), type: dynamic };
}
