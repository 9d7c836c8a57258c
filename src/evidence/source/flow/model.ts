/** What is collected about a program before its bodies are run. */
import { type Call, type Expr, type GoFile } from "../ast.js";
import { type StartEdge } from "../facts.js";
import { type FoundAccess, type Program } from "../program.js";
import { type FuncObject, type TypeObject, type VarObject } from "../types/object.js";
import { type Signature, type Type, underlying } from "../types/type.js";
import { type Body, type Event, type VariableUse } from "./body.js";
import { Kinds, methodsOfHolders, namedType } from "./kinds.js";
import { Places } from "./paths.js";
import { Synonyms } from "./synonyms.js";
import { type EdgePlace, ValueGraph } from "./value-graph.js";

/** A function that a site may call. */
export interface SiteTarget {
  readonly function: number;
  readonly dynamic: boolean;
  /** The site at which the called function was given away as an argument, when it was. */
  readonly given: number | null;
}

/** A place that calls functions or starts goroutines. */
export interface Site {
  readonly id: number;
  /** The function in which it stands; null for the initialisation of a package. */
  readonly function: number | null;
  readonly file: GoFile;
  readonly pos: number;
  /** null where nothing is called in so many words: a handler that is stored in a field. */
  readonly call: Call | null;
  /** The expression before the dot of a method call. */
  readonly receiver: Expr | null;
  /** The arguments go to the called function; false for what a library calls with its own arguments. */
  readonly passes: boolean;
  readonly inLoop: boolean;
  /** How a goroutine is started; null for a call. */
  readonly start: StartEdge["how"] | null;
  readonly many: boolean;
  readonly deferred: boolean;
  readonly targets: SiteTarget[];
  /** What happens here besides, when the call is made. */
  readonly events: readonly Event[];
  /** Keys of what the started goroutine signals on when it is done, besides what its function does. */
  readonly signals: readonly string[];
}

/** A call through an interface: who is called is known when types have been followed. */
export interface InterfaceCall {
  readonly site: Site;
  readonly method: FuncObject;
  readonly receiverType: Type;
  readonly bind: (target: SiteTarget) => void;
}

/** What is not always said about a site. */
export type NewSite = Pick<Site, "function" | "file" | "pos"> &
  Partial<Omit<Site, "id" | "targets" | "function" | "file" | "pos">>;

/** What is known about a function besides its body. */
export interface FunctionInfo {
  readonly receiver: VarObject | null;
  readonly params: readonly VarObject[];
  readonly variadic: boolean;
  readonly results: readonly VarObject[];
  /** Keys of wait groups and channels on which it signals: Done, close, send. */
  readonly signals: Set<string>;
  /** It calls `t.Parallel`. */
  parallel: boolean;
}

const nothing: readonly never[] = [];

/** Functions of a program that is followed less closely. */
const largeProgram = 15_000;

/** Everything that the passes over the source collect. */
export class Model {
  /** So large that calls through interfaces are not told apart by the values that get there. */
  readonly isLarge: boolean;
  readonly kinds: Kinds;
  readonly places: Places;
  readonly graph = new ValueGraph();
  readonly synonyms = new Synonyms();
  readonly sites: Site[] = [];
  readonly bodies: Body[] = [];
  readonly infos: FunctionInfo[];
  /** Accesses by the expression that makes them. */
  readonly accessesAt = new Map<Expr, number[]>();
  /** The node of the value graph that an access's map comes from, where it comes out of a call. */
  readonly accessSources = new Map<number, number>();
  /** Channels by key: their capacities as written, where they are made. */
  readonly capacities = new Map<string, Set<string>>();
  readonly files: GoFile[] = [];
  readonly interfaceCalls: InterfaceCall[] = [];
  readonly notes = new Set<string>();
  /** The declared types that tokens are about. */
  readonly types: TypeObject[] = [];
  #started: ReadonlySet<number> | null = null;
  readonly #typeNumbers = new Map<TypeObject, number>();
  readonly #fileNumbers = new Map<GoFile, number>();
  readonly #leaks = new Map<number, VariableUse[] | true>();

  constructor(
    readonly program: Program,
    readonly accesses: readonly FoundAccess[],
  ) {
    this.isLarge = program.functions.length > largeProgram;
    this.kinds = new Kinds(this.isLarge ? methodsOfHolders(program.packages) : null);
    this.places = new Places(program);
    this.infos = program.functions.map((_, index) => infoOf(program, index));
    for (const [index, { at }] of accesses.entries()) {
      const known = this.accessesAt.get(at);
      if (known === undefined) {
        this.accessesAt.set(at, [index]);
      } else {
        known.push(index);
      }
    }
  }

  fileNumber(file: GoFile): number {
    const known = this.#fileNumbers.get(file);
    if (known !== undefined) {
      return known;
    }
    const number = this.files.push(file) - 1;
    this.#fileNumbers.set(file, number);
    return number;
  }

  place(file: GoFile, pos: number, site: number | null = null): EdgePlace {
    return { file: this.fileNumber(file), pos, site };
  }

  site(site: NewSite): Site {
    // Written out: spreading objects is slow, and there are very many sites.
    const made: Site = {
      id: this.sites.length,
      function: site.function,
      file: site.file,
      pos: site.pos,
      call: site.call ?? null,
      receiver: site.receiver ?? null,
      passes: site.passes ?? false,
      inLoop: site.inLoop ?? false,
      start: site.start ?? null,
      many: site.many ?? false,
      deferred: site.deferred ?? false,
      targets: [],
      events: site.events ?? nothing,
      signals: site.signals ?? nothing,
    };
    this.sites.push(made);
    return made;
  }

  /** Whether a function is started on a goroutine of its own somewhere. */
  isStarted(func: number): boolean {
    this.#started ??= new Set(
      this.sites
        .filter((site) => site.start !== null)
        .flatMap((site) => site.targets.map((target) => target.function)),
    );
    return this.#started.has(func);
  }

  /** A value of a declared type with methods gets to a node. */
  putType(node: number, type: Type): void {
    const object = namedType(type);
    if (object === null) {
      return;
    }
    const known = this.#typeNumbers.get(object);
    const number = known ?? this.types.push(object) - 1;
    this.#typeNumbers.set(object, number);
    this.graph.put(node, { kind: "type", id: number, given: null });
  }

  /** A function keeps what is in its variable, or hands it to that variable of another function. */
  leak(use: VariableUse, to: VariableUse | null): void {
    const key = leakKey(use);
    const known = this.#leaks.get(key);
    if (known === true) {
      return;
    }
    if (to === null || (known !== undefined && known.length >= mostHanded)) {
      this.#leaks.set(key, true);
    } else if (known === undefined) {
      this.#leaks.set(key, [to]);
    } else {
      known.push(to);
    }
  }

  /** Whether what is in a function's variable may be kept by anybody after it has returned. */
  leaks(use: VariableUse): boolean {
    const seen = new Set<number>();
    const waiting = [use];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const key = leakKey(next);
      const to = this.#leaks.get(key);
      if (to === true || seen.size > 200) {
        return true;
      }
      if (!seen.has(key)) {
        seen.add(key);
        waiting.push(...(to ?? []));
      }
    }
    return false;
  }
}

/** A variable that is handed to more places than this is taken to be kept by one of them. */
const mostHanded = 40;

/** Roots and functions are numbered from 0; a program has fewer than 2^24 functions. */
function leakKey({ root, function: func }: VariableUse): number {
  return root * 16_777_216 + func;
}

function infoOf(program: Program, index: number): FunctionInfo {
  const func = program.functions[index];
  const signature = func === undefined ? null : signatureOf(program, index);
  const node = func?.node;
  const name = node?.kind === "Func" ? node.receiver?.names[0] : undefined;
  const receiver = name === undefined ? null : program.objectOf(name);
  return {
    receiver: receiver?.kind === "Var" ? receiver : null,
    params: signature?.params ?? [],
    variadic: signature?.variadic ?? false,
    results: signature?.results ?? [],
    signals: new Set(),
    parallel: false,
  };
}

function signatureOf(program: Program, index: number): Signature | null {
  const func = program.functions[index];
  if (func === undefined) {
    return null;
  }
  if (func.object !== null) {
    return func.object.type;
  }
  const type = func.node.kind === "FuncLit" ? underlying(program.typeOf(func.node)) : null;
  return type?.kind === "Signature" ? type : null;
}
