/** Which map is asked for: from an address or a name to a map's address and type, and how sure that is. */
import { MaptrapError, UsageError } from "../base/errors.js";
import { type AskOptions, askField, askSize, askVariable } from "../evidence/gdb/ask-types.js";
import type { Address, Memory } from "../golang/memory.js";
import { likelyMapTypes } from "../golang/maps/likely-types.js";
import type { ProgramMaps } from "../golang/maps/program-maps.js";
import {
  parseVariablePath,
  type PathStep,
  stepText,
  takeStep,
  type VariablePath,
  VariablePathError,
} from "../golang/maps/variable-path.js";
import type { ProgramSymbols } from "../golang/program-symbols.js";
import { fullName } from "../golang/types/full-name.js";
import type { GoType } from "../golang/types/go-type.js";
import { hexAddress, readWord } from "../golang/types/words.js";

/** How a map's type is known: named by the person, by the debug information, by what fits only, or not at all. */
export type TypeSource = "given" | "debug information" | "inferred" | "unknown";

/** A map that was asked for. */
export interface MapSubject {
  /** Of the header; 0 for a nil map. */
  readonly address: Address;
  readonly type: Address | undefined;
  readonly typeSource: TypeSource;
  /** What is to be known about that, a sentence each. */
  readonly notes: readonly string[];
}

/** Where it is looked for. */
export interface SubjectProgram {
  readonly memory: Memory;
  readonly symbols: ProgramSymbols;
  readonly maps: ProgramMaps;
  readonly ask: AskOptions;
}

/** A place on the way: its type is known from a descriptor, or only as debug information writes it. */
type Place =
  | { readonly address: Address; readonly type: GoType }
  | { readonly address: Address; readonly debugType: string };

/**
 * Finds the map.
 *
 * @param text an address (`0xc000012345`) or a name (`main.cache`, `main.shards[3].m`)
 * @param typeName the type of the map at the address, or of the variable that the name begins with
 * @throws MaptrapError with a way out when there is no such thing
 */
export async function findSubject(
  text: string,
  typeName: string | undefined,
  program: SubjectProgram,
): Promise<MapSubject> {
  if (/^0[xX]/.test(text)) {
    return atAddress(parseAddress(text), typeName, program);
  }
  const path = parseVariablePath(text, (name) => program.symbols.variable(name));
  if (path === undefined) {
    throw new MaptrapError(`no variable of a package is the beginning of ${text}`, {
      wayOut:
        "write it with its package as the linker does (main.cache, example.org/shop/stock.cache); local variables, and those of an " +
        "executable without symbols, can be named by the address of the map only",
    });
  }
  return alongPath(text, path, typeName, program);
}

function parseAddress(text: string): Address {
  const digits = /^0[xX]([0-9a-fA-F]{1,12})$/.exec(text)?.[1];
  if (digits === undefined) {
    throw new UsageError(`${text} is no address`, "an address is 0x and up to 12 hexadecimal digits");
  }
  return Number.parseInt(digits, 16);
}

function atAddress(address: Address, typeName: string | undefined, program: SubjectProgram): MapSubject {
  if (typeName === undefined) {
    return withLikelyType(address, [], program);
  }
  const type = oneTypeNamed(typeName, program);
  if (type.kind !== "map") {
    throw new UsageError(`${typeName} is no type of maps`, "--type is the type of the map at the address");
  }
  return { address, type: type.address, typeSource: "given", notes: [] };
}

/** The one type of a name. Two packages may have the same name; then the whole path is asked for. */
function oneTypeNamed(name: string, { maps }: SubjectProgram): GoType {
  const found = maps.typesNamed(name);
  const whole = found.filter(
    (type) => fullName(maps.types, type).replaceAll(" ", "") === name.replaceAll(" ", ""),
  );
  const [first, second] = whole.length > 0 ? whole : found;
  if (first === undefined) {
    const some = maps.mapTypes().map((type) => type.name);
    throw new MaptrapError(`the program has no type ${name}`, {
      wayOut: `write it as Go does in messages; its types of maps are ${[...new Set(some)].slice(0, 40).join(", ")}`,
    });
  }
  if (second !== undefined && fullName(maps.types, second) !== fullName(maps.types, first)) {
    const names = found.map((type) => fullName(maps.types, type)).join(", ");
    throw new UsageError(
      `several types are called ${name}`,
      `name one with the path of its package: ${names}`,
    );
  }
  return first;
}

/** A map of which nothing says the type: those that fit are tried. */
function withLikelyType(address: Address, notes: readonly string[], program: SubjectProgram): MapSubject {
  if (address === 0) {
    return { address, type: undefined, typeSource: "unknown", notes };
  }
  const { types, alike, keys } = likelyMapTypes(program.maps, address);
  const names = types.map((type) => fullName(program.maps.types, type));
  const [first] = types;
  if (first !== undefined && (types.length === 1 || alike)) {
    const others =
      names.length > 1 ? ` It may also be ${names.slice(1).join(" or ")}, which looks the same.` : "";
    const sentence = `The type is inferred: of the program's ${program.maps.mapTypes().length} types of maps only this one fits what is there${keys > 0 ? `, and ${keys} keys are where their hashes put them` : ""}.`;
    return {
      address,
      type: first.address,
      typeSource: "inferred",
      notes: [...notes, `${sentence}${others}`],
    };
  }
  const sentence =
    types.length === 0
      ? "The map's type is not known: name it with --type."
      : `The map's type is not known; these fit what is there: ${names.slice(0, 12).join(", ")}${names.length > 12 ? ` and ${names.length - 12} more` : ""}. Name one with --type.`;
  return { address, type: undefined, typeSource: "unknown", notes: [...notes, sentence] };
}

async function alongPath(
  text: string,
  path: VariablePath,
  typeName: string | undefined,
  program: SubjectProgram,
): Promise<MapSubject> {
  const start = await startOf(path, typeName, program);
  if (start === undefined) {
    if (path.steps.length > 0) {
      throw new VariablePathError(
        path.variable,
        "is of a type that is not known: there is no debug information that GDB could read",
        "name its type with --type, or the map by its address",
      );
    }
    const address = readWord(program.memory, path.address);
    if (address === undefined) {
      throw new VariablePathError(path.variable, `cannot be read at ${hexAddress(path.address)}`);
    }
    const note = `That ${path.variable} is a map was not checked: there is no debug information that GDB could read.`;
    return withLikelyType(address, [note], program);
  }
  let place = start;
  let way = path.variable;
  for (const step of path.steps) {
    place = await nextPlace(step, place, way, program);
    way += stepText(step);
  }
  return {
    ...mapIn(place, text, program),
    typeSource: typeName === undefined ? "debug information" : "given",
    notes: [],
  };
}

async function startOf(
  { variable, address }: VariablePath,
  typeName: string | undefined,
  program: SubjectProgram,
): Promise<Place | undefined> {
  if (typeName !== undefined) {
    return { address, type: oneTypeNamed(typeName, program) };
  }
  const asked = await askVariable(variable, program.ask);
  return asked === undefined ? undefined : typed(address, asked.type, program);
}

/** `main.shop *` is `*main.shop` in Go; `struct []int` is `[]int`. */
function goTypeName(debugType: string): string {
  const stars = /(?: ?\*)*$/.exec(debugType)?.[0] ?? "";
  const name = debugType.slice(0, debugType.length - stars.length).replace(/^struct (?=\[|[^{]*$)/, "");
  return `${stars.replaceAll(" ", "")}${name}`;
}

/** The descriptor of a type of which debug information has the name. A struct that no interface ever holds has none. */
function typed(address: Address, debugType: string, { maps }: SubjectProgram): Place {
  const name = goTypeName(debugType);
  const exact = maps.typesNamed(name).filter((type) => fullName(maps.types, type) === name);
  const [type] = exact.length > 0 ? exact : maps.typesNamed(name);
  return type === undefined ? { address, debugType } : { address, type };
}

async function nextPlace(step: PathStep, place: Place, way: string, program: SubjectProgram): Promise<Place> {
  if ("type" in place) {
    return takeStep(step, place, way, { memory: program.memory, types: program.maps.types });
  }
  let { address } = place;
  let name = place.debugType;
  while (name.endsWith("*")) {
    const pointer = readWord(program.memory, address);
    if (pointer === undefined || pointer === 0) {
      throw new VariablePathError(way, pointer === 0 ? "is nil" : `cannot be read at ${hexAddress(address)}`);
    }
    address = pointer;
    name = name.replace(/ ?\*$/, "");
  }
  const found =
    "field" in step
      ? await fieldAt(name, step.field, address, program)
      : await elementAt(name, step.index, address, program);
  if (found === undefined) {
    throw new VariablePathError(
      `${way}${stepText(step)}`,
      `is not in ${name}, as the debug information has it`,
    );
  }
  return found;
}

/** A field of a struct that has no descriptor. */
async function fieldAt(
  type: string,
  field: string,
  address: Address,
  program: SubjectProgram,
): Promise<Place | undefined> {
  const asked = await askField(type, field, program.ask);
  return asked?.number === undefined ? undefined : typed(address + asked.number, asked.type, program);
}

/** An element of an array or slice that has no descriptor. */
async function elementAt(
  type: string,
  index: number,
  address: Address,
  program: SubjectProgram,
): Promise<Place | undefined> {
  const plain = type.replace(/^struct /, "");
  const length = plain.startsWith("[]")
    ? readWord(program.memory, address + 8)
    : Number(/^\[(\d{1,12})\]/.exec(plain)?.[1] ?? 0);
  const start = plain.startsWith("[]") ? readWord(program.memory, address) : address;
  if (length === undefined || start === undefined || index >= length) {
    return undefined;
  }
  // The elements' type stands behind the brackets, as Go writes it.
  const element = plain.replace(/^\[\d*\]/, "");
  const known = typed(start, element, program);
  const size = "type" in known ? known.type.size : await askSize(element, program.ask);
  return size === undefined ? undefined : { ...known, address: start + index * size };
}

/** The map that a place holds, also behind pointers and in an interface. */
function mapIn(place: Place, text: string, program: SubjectProgram): Pick<MapSubject, "address" | "type"> {
  if (!("type" in place)) {
    throw new VariablePathError(text, `is a ${place.debugType}, and no map`);
  }
  const { type, address } = place;
  if (type.kind === "map") {
    const map = readWord(program.memory, address);
    if (map === undefined) {
      throw new VariablePathError(text, `cannot be read at ${hexAddress(address)}`);
    }
    return { address: map, type: type.address };
  }
  const inner = innerOf(place, program);
  if (inner !== undefined) {
    return mapIn(inner, text, program);
  }
  const fields = type.kind === "struct" ? type.fields.map(({ name }) => name) : [];
  const wayOut = fields.length > 0 ? `its fields are ${fields.slice(0, 20).join(", ")}` : undefined;
  throw new VariablePathError(text, `is a ${type.name}, and no map`, wayOut);
}

function innerOf(
  place: Extract<Place, { type: GoType }>,
  { memory, maps }: SubjectProgram,
): Place | undefined {
  const { type, address } = place;
  const word = readWord(memory, address);
  if (word === undefined || word === 0) {
    return undefined;
  }
  if (type.kind === "ptr") {
    const target = maps.types.at(type.element);
    // A pointer to a pointer to itself has no end.
    return target === undefined || target.kind === "ptr" ? undefined : { address: word, type: target };
  }
  if (type.kind !== "interface") {
    return undefined;
  }
  const dynamic = maps.types.at(type.methods === 0 ? word : (readWord(memory, word + 8) ?? 0));
  return dynamic?.kind === "map" ? { address: address + 8, type: dynamic } : undefined;
}
