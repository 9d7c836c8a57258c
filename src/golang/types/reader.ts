/** Reads the type descriptors of a program. */
import type { Address, Memory } from "../memory.js";
import {
  commonSize,
  completeShape,
  type DescriptorHead,
  descriptorSize,
  flagExtraStar,
  flagNamed,
  flagUncommon,
  parseHead,
  parseMapDescriptor,
  readFields,
} from "./descriptor.js";
import type { GoMapType, GoType } from "./go-type.js";
import type { TypeLayout } from "./layout.js";
import { readModules, type TypeModule } from "./modules.js";
import { readName } from "./names.js";
import { SteadyMemory } from "./steady-memory.js";
import { readView, wordAt } from "./words.js";

/** So deep are the parts of a type without a name spelled out. */
const deepestName = 8;

/** So many types are kept. */
const mostTypes = 0x2_0000;

type Base = Pick<GoType, "address" | "size" | "name" | "named" | "packagePath" | "direct" | "regular">;

/** The types of one program. */
export class TypeReader {
  /** Where the descriptors lie that the compiler made. Those made at run time by reflection lie elsewhere, without names of their own. */
  readonly modules: readonly TypeModule[];
  readonly layout: TypeLayout;
  /** As the program's memory; descriptors are read once. */
  readonly memory: Memory;
  readonly #known = new Map<Address, GoType | undefined>();

  /**
   * @param memory of the program
   * @param layout for its Go version
   * @param firstModuleData address of `runtime.firstmoduledata`; undefined where it is not known, then types have no names
   */
  constructor(memory: Memory, layout: TypeLayout, firstModuleData: Address | undefined) {
    this.layout = layout;
    this.modules = firstModuleData === undefined ? [] : readModules(memory, firstModuleData, layout.module);
    this.memory = new SteadyMemory(memory, this.modules);
  }

  /** The type whose descriptor is at an address; undefined when there is none. */
  at(address: Address): GoType | undefined {
    const known = this.#known.get(address);
    if (known !== undefined || this.#known.has(address)) {
      return known;
    }
    const type = this.#read(address);
    if (this.#known.size < mostTypes) {
      this.#known.set(address, type);
    }
    return type;
  }

  /** As {@link at}, for types of maps only. */
  mapAt(address: Address): GoMapType | undefined {
    const type = this.at(address);
    return type?.kind === "map" ? type : undefined;
  }

  /** The module that a descriptor is of. */
  moduleOf(address: Address): TypeModule | undefined {
    return this.modules.find(({ start, end }) => address >= start && address < end);
  }

  #read(address: Address): GoType | undefined {
    if (!Number.isSafeInteger(address) || address < 4096) {
      return undefined;
    }
    const view = readView(this.memory, address, commonSize);
    const head = view === undefined ? undefined : parseHead(view, 0, this.layout);
    return head === undefined ? undefined : this.#withKind(head, this.#base(address, head));
  }

  #base(address: Address, head: DescriptorHead): Base {
    const named = (head.flags & flagNamed) !== 0;
    return {
      address,
      size: head.size,
      name: this.#ownName(address, head) ?? this.#spelledName(address, 0),
      named,
      packagePath: named ? this.#packagePath(address, head) : undefined,
      direct: head.direct,
      regular: head.regular,
    };
  }

  #withKind(head: DescriptorHead, base: Base): GoType | undefined {
    const { kind } = head;
    const view = readView(this.memory, base.address, descriptorSize(kind, this.layout));
    if (view === undefined) {
      return undefined;
    }
    switch (kind) {
      case "array":
        return { ...base, kind, element: wordAt(view, 48), length: wordAt(view, 64) };
      case "chan":
        return { ...base, kind, element: wordAt(view, 48) };
      case "ptr":
        return { ...base, kind, element: wordAt(view, 48) };
      case "slice":
        return { ...base, kind, element: wordAt(view, 48) };
      case "interface":
        return { ...base, kind, methods: wordAt(view, 64) };
      case "map":
        return this.#map(view, base);
      case "struct": {
        const fields = readFields(this.memory, view);
        return fields === undefined ? undefined : { ...base, kind, fields };
      }
      default:
        return { ...base, kind };
    }
  }

  #map(view: DataView, base: Base): GoType | undefined {
    const { key, element, shape } = parseMapDescriptor(view, this.layout);
    const keySize = this.#sizeAt(key);
    const elementSize = this.#sizeAt(element);
    if (keySize === undefined || elementSize === undefined) {
      return undefined;
    }
    const complete = completeShape(shape, keySize, elementSize, this.layout);
    return complete === undefined ? undefined : { ...base, kind: "map", key, element, shape: complete };
  }

  /** Only the head is read: a map's element may be of the map's own type. */
  #sizeAt(address: Address): number | undefined {
    return this.#headAt(address)?.size;
  }

  #headAt(address: Address): DescriptorHead | undefined {
    const view = readView(this.memory, address, commonSize);
    return view === undefined ? undefined : parseHead(view, 0, this.layout);
  }

  #ownName(address: Address, head: DescriptorHead): string | undefined {
    const module = this.moduleOf(address);
    // Names of types that were made at run time have numbers of their own, which are negative.
    if (module === undefined || head.name <= 0 || module.start + head.name >= module.end) {
      return undefined;
    }
    const name = readName(this.memory, module.start + head.name);
    return (head.flags & flagExtraStar) !== 0 && name?.startsWith("*") === true ? name.slice(1) : name;
  }

  /** A name put together from those of the parts, for types that have none that can be read. */
  #spelledName(address: Address, depth: number): string {
    const head = this.#headAt(address);
    if (head === undefined || depth > deepestName) {
      return "?";
    }
    const own = this.#ownName(address, head);
    const view = readView(this.memory, address, descriptorSize(head.kind, this.layout));
    if (own !== undefined || view === undefined) {
      return own ?? "?";
    }
    const part = (offset: number): string => this.#spelledName(wordAt(view, offset), depth + 1);
    switch (head.kind) {
      case "map":
        return `map[${part(48)}]${part(56)}`;
      case "slice":
        return `[]${part(48)}`;
      case "array":
        return `[${wordAt(view, 64)}]${part(48)}`;
      case "ptr":
        return `*${part(48)}`;
      case "chan":
        return `chan ${part(48)}`;
      case "struct":
        return "struct {…}";
      case "func":
        return "func(…)";
      case "interface":
        return "interface {…}";
      default:
        return head.kind;
    }
  }

  #packagePath(address: Address, head: DescriptorHead): string | undefined {
    const module = this.moduleOf(address);
    if (module === undefined || (head.flags & flagUncommon) === 0) {
      return undefined;
    }
    const view = readView(this.memory, address + descriptorSize(head.kind, this.layout), 4);
    const offset = view?.getInt32(0, true) ?? 0;
    const path = offset > 0 ? readName(this.memory, module.start + offset) : undefined;
    return path === "" ? undefined : path;
  }
}
