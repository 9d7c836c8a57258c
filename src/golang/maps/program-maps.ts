/** The maps of one program: from an address to what is in the map there. */
import { Buffer } from "node:buffer";
import type { Address, Memory } from "../memory.js";
import type { ProgramSymbols } from "../program-symbols.js";
import { findMapTypes, findTypesNamed } from "../types/find.js";
import type { GoMapType, GoType } from "../types/go-type.js";
import { typeLayout } from "../types/layout.js";
import { TypeReader } from "../types/reader.js";
import { type ValueLimits, ValuePrinter } from "../types/values.js";
import { viewOf, wordAt } from "../types/words.js";
import type { AesHash } from "./aes-hash.js";
import { decodeMap } from "./decode.js";
import type { DecodedMap, MapTypeInfo } from "./decoded.js";
import { keyHash, processHash } from "./key-hash.js";
import { type MapLayout, mapLayout } from "./layout.js";
import type { MapLimits, MapSource, SlotValues } from "./source.js";

/** What is needed of a program's tables. */
export type MapSymbols = Pick<
  ProgramSymbols,
  "goVersion" | "mapImplementation" | "variable" | "functionAt" | "functionsNamed" | "code"
>;

const glanceLimits: ValueLimits = { text: 80, string: 16, elements: 4, depth: 3, pointers: 1 };

/** The largest string that is compared with others, in bytes. */
const longestKey = 1024;

/** Reads the maps of one program. Types are read once and kept; maps are read anew at each call. */
export class ProgramMaps {
  readonly types: TypeReader;
  readonly values: ValuePrinter;
  /** Shows the beginnings of values: enough to see whether they are values of their types. */
  readonly glances: ValuePrinter;
  readonly layout: MapLayout;
  readonly #memory: Memory;
  readonly #symbols: MapSymbols;
  #mapTypes: readonly GoMapType[] | undefined;
  /** Looked for when the first keys are; null where it cannot be told. */
  #hash: AesHash | null | undefined;

  constructor(memory: Memory, symbols: MapSymbols, limits?: Partial<ValueLimits>) {
    const { goVersion, mapImplementation } = symbols;
    this.#memory = memory;
    this.layout = mapLayout(goVersion, mapImplementation);
    this.types = new TypeReader(
      memory,
      typeLayout(goVersion, mapImplementation),
      symbols.variable("runtime.firstmoduledata"),
    );
    this.#symbols = symbols;
    this.values = new ValuePrinter(memory, this.types, symbols, limits);
    this.glances = new ValuePrinter(memory, this.types, symbols, glanceLimits);
  }

  /**
   * Reads a map.
   *
   * @param address of its header: what a map variable holds
   * @param type address of the map's type descriptor; where it is undefined, or no map's descriptor is there, keys and elements are
   *   not shown
   */
  decode(address: Address, type: Address | undefined, limits?: Partial<MapLimits>): DecodedMap {
    const mapType = type === undefined ? undefined : this.types.mapAt(type);
    return decodeMap(this.source(mapType), address, limits);
  }

  /** What maps of a type are decoded from. */
  source(type: GoMapType | undefined, printer = this.values): MapSource {
    return {
      memory: this.#memory,
      layout: this.layout,
      shape: type?.shape,
      values: type === undefined ? undefined : this.#slotValues(type, printer),
      type: type === undefined ? undefined : typeInfo(type),
    };
  }

  /** All types of maps that the compiler made for the program, in the order of their addresses. */
  mapTypes(): readonly GoMapType[] {
    // Those of generic code stand for several types, and no map is of one.
    this.#mapTypes ??= findMapTypes(this.types).filter(({ name }) => !name.includes("go.shape."));
    return this.#mapTypes;
  }

  /** The types of a name: `map[string]main.Order`, `main.Server`, also with the whole paths of packages. */
  typesNamed(name: string): readonly GoType[] {
    return findTypesNamed(this.types, name);
  }

  #slotValues(type: GoMapType, printer: ValuePrinter): SlotValues | undefined {
    const key = this.types.at(type.key);
    const element = this.types.at(type.element);
    if (key === undefined || element === undefined) {
      return undefined;
    }
    const hash = this.#processHash();
    const ofKey = hash === null ? undefined : keyHash(key, hash, this.#memory);
    return {
      ...(ofKey === undefined ? {} : { hash: ofKey }),
      key: (bytes) => printer.show(key, bytes),
      element: (bytes) => printer.show(element, bytes),
      identity: (bytes) => this.#identity(key, bytes),
    };
  }

  #processHash(): AesHash | null {
    this.#hash ??= processHash(this.#memory, this.#symbols) ?? null;
    return this.#hash;
  }

  /** Only of kinds of which equal bytes, or equal strings, are all that equality is. */
  #identity(key: GoType, bytes: Uint8Array): string | undefined {
    switch (key.kind) {
      case "bool":
      case "int":
      case "int8":
      case "int16":
      case "int32":
      case "int64":
      case "uint":
      case "uint8":
      case "uint16":
      case "uint32":
      case "uint64":
      case "uintptr":
      case "chan":
      case "ptr":
      case "unsafe.Pointer":
        return latin(bytes);
      case "string": {
        const view = viewOf(bytes);
        const length = wordAt(view, 8);
        const text =
          length === 0
            ? new Uint8Array(0)
            : length <= longestKey
              ? this.#memory.read(wordAt(view, 0), length)
              : undefined;
        return text === undefined ? undefined : latin(text);
      }
      default:
        return undefined;
    }
  }
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function typeInfo(type: GoMapType): MapTypeInfo {
  const { address, name, shape } = type;
  return { address, name, keySize: shape.keySize, elementSize: shape.elementSize };
}
