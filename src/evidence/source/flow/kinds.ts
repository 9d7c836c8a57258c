/** Questions about types that decide what is followed. */
import { type Package, type TypeObject } from "../types/object.js";
import { dereferenced, type Type, underlying } from "../types/type.js";

/** Types of the standard library that hold what is put into them. */
const holders = new Set([
  "sync.Map",
  "sync.Pool",
  "sync/atomic.Value",
  "sync/atomic.Pointer",
  "container/list.List",
  "container/list.Element",
  "container/ring.Ring",
  "reflect.Value",
  "reflect.MapIter",
  "context.Context",
]);

/** Interfaces through which no map comes that anybody looks for. */
const dullInterfaces = new Set(["error", "io", "io/fs", "fmt.Stringer", "hash", "net.Conn", "net.Addr"]);

/** Nesting of types that is looked through. */
const deepest = 6;

/** The names of an interface's methods, embedded ones included. */
function methodNames(type: Type, depth: number): string[] {
  const under = underlying(type);
  return under.kind === "Interface" && depth < deepest
    ? [
        ...under.methods.map((method) => method.name),
        ...under.embedded.flatMap((embedded) => methodNames(embedded, depth + 1)),
      ]
    : [];
}

/** The methods of the declared types that are maps or functions themselves. */
export function methodsOfHolders(packages: readonly Package[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { scope } of packages) {
    for (const object of scope.values()) {
      const kind = object.kind === "Type" ? underlying(object.type).kind : null;
      if (object.kind === "Type" && (kind === "Map" || kind === "Signature")) {
        [...object.methods.keys()].forEach((name) => names.add(name));
      }
    }
  }
  return names;
}

/** Types with more parts than this are taken to have a map among them. */
const mostParts = 3000;

function isMapLike(type: Type): boolean {
  const { kind } = underlying(type);
  // Anything may be in an interface.
  const isOpen = kind === "Interface" && !(type.kind === "Named" && isDull(type.object));
  return kind === "Map" || kind === "TypeParam" || isOpen;
}

/** What a value of a type consists of or points to. */
function partsOf(type: Type): readonly Type[] {
  const under = underlying(type);
  switch (under.kind) {
    case "Pointer":
    case "Slice":
    case "Array":
    case "Chan":
      return [under.element];
    case "Struct":
      return under.fields.map((field) => field.type);
    case "Tuple":
      return under.elements;
    default:
      return [];
  }
}

/** Which types are worth following, remembered by type. */
export class Kinds {
  readonly #known = new WeakMap<Type, boolean>();
  readonly #carrying = new WeakMap<Type, boolean>();

  /** @param methods when given: only interfaces that have no other methods than these are followed */
  constructor(readonly methods: ReadonlySet<string> | null) {}

  #mayHold(type: Type): boolean {
    return this.methods === null || methodNames(type, 0).every((name) => this.methods?.has(name));
  }

  /** Whether a value of this type may be, or contain as an element, a map or a function. Fields are followed by themselves. */
  holds(type: Type): boolean {
    const known = this.#known.get(type);
    if (known !== undefined) {
      return known;
    }
    const answer = this.#holds(type, 0);
    this.#known.set(type, answer);
    return answer;
  }

  /** Whether a map can be reached from a value of this type, over its fields, elements and pointers. */
  carriesMap(type: Type): boolean {
    const known = this.#carrying.get(type);
    if (known !== undefined) {
      return known;
    }
    const seen = new Set([type]);
    for (const one of seen) {
      if (this.#carrying.get(one) === true || isMapLike(one) || seen.size > mostParts) {
        this.#carrying.set(type, true);
        return true;
      }
      if (this.#carrying.get(one) === undefined) {
        partsOf(one).forEach((part) => seen.add(part));
      }
    }
    // Nothing that was seen on the way leads to a map either.
    for (const one of seen) {
      this.#carrying.set(one, false);
    }
    return false;
  }

  #holds(type: Type, depth: number): boolean {
    if (depth > deepest) {
      return false;
    }
    if (type.kind === "Named" && holders.has(qualifiedName(type.object))) {
      return true;
    }
    const under = underlying(type);
    switch (under.kind) {
      case "Map":
      case "Signature":
      case "TypeParam":
        return true;
      case "Interface":
        return !(type.kind === "Named" && isDull(type.object)) && this.#mayHold(type);
      case "Pointer":
      case "Slice":
      case "Array":
      case "Chan":
        return this.#holds(under.element, depth + 1);
      case "Tuple":
        return under.elements.some((element) => this.#holds(element, depth + 1));
      default:
        return false;
    }
  }
}

function isDull(object: TypeObject): boolean {
  const name = qualifiedName(object);
  return dullInterfaces.has(name) || dullInterfaces.has(object.package?.path ?? "");
}

/** `net/http.ServeMux`; a type of the language has its name only. */
export function qualifiedName(object: TypeObject): string {
  return object.package === null ? object.name : `${object.package.path}.${object.name}`;
}

/** The declared type of a value or of what it points to; null when it has no name. */
export function namedType(type: Type): TypeObject | null {
  if (type.kind === "Named") {
    const under = underlying(type);
    return under.kind === "Pointer" && under.element.kind === "Named" ? under.element.object : type.object;
  }
  const pointed = dereferenced(type);
  return pointed.kind === "Named" ? pointed.object : null;
}

/** Whether a value of this type is a struct or array, so that assigning it copies what is in it. */
export function isCopied(type: Type): boolean {
  const { kind } = underlying(type);
  return kind === "Struct" || kind === "Array";
}

/** Whether this is a channel, or a pointer to a lock or another thing that goroutines wait on. */
export function isSyncHandle(type: Type): boolean {
  const under = underlying(type);
  if (under.kind === "Chan") {
    return true;
  }
  if (type.kind === "Named" && qualifiedName(type.object) === "sync.Locker") {
    return true;
  }
  return under.kind === "Pointer" && isSyncType(under.element);
}

/** Whether this is a type of package sync that goroutines lock or wait on, or one like it elsewhere. */
export function isSyncType(type: Type): boolean {
  if (type.kind !== "Named") {
    return false;
  }
  const name = qualifiedName(type.object);
  return /^sync\.(Mutex|RWMutex|WaitGroup|Cond)$|(^|\.)errgroup\.Group$|Mutex$/.test(name);
}
