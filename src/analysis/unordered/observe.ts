/** From what was found in the order events of a process to observations: PCs become functions, files and lines. */
import type {
  CaseFrame,
  LockHeld,
  ObservedSide,
  Operation,
  RecordedOrder,
  SymbolSource,
  Synchronised,
  UnorderedObservation,
} from "../../case/case.js";
import { operationOf } from "../../evidence/ring/observations.js";
import { caseFrame, framesOf } from "../../evidence/ring/stacks.js";
import type { Symbolizer } from "../../evidence/ring/symbolizer.js";
import type { Address } from "../../evidence/ring/units.js";
import type { HeldLock, LastSynchronised, UnorderedPair, UnorderedSide } from "../order/unordered.js";
import type { CodeContext } from "../origin.js";
import { placeFrames, siteOf } from "../stack.js";
import { lockName, type ReadSource } from "./lock-name.js";
import type { OrderFound } from "./order-found.js";
import { synchronisingCall } from "./synchronised.js";

/** A stack of an access with so many PCs may have gone on. */
const mostPcs = 96;
const millisecond = 1e6;
/** Goroutines of this number and above are runs of timers, and no goroutines to the program: they start those of AfterFunc. */
const firstTimer = 2 ** 46;
const timerFrame: CaseFrame = { function: "time.AfterFunc", file: null, line: null, inlined: false };

/** What is known about the process. */
export interface UnorderedInput {
  readonly found: OrderFound;
  /** Address of `runtime.text` in the process. */
  readonly text: Address;
  /** The binary that ran; undefined where it is gone or another one. */
  readonly binary: Symbolizer | undefined;
  readonly context: CodeContext;
  /** Handle of the event file in the case. */
  readonly evidence: string;
  readonly nextHandle: () => string;
  /** For the names of locks. */
  readonly readSource: ReadSource | undefined;
}

/** The pairs of accesses that nothing orders, in the order in which they were found. */
export function observeUnordered(input: UnorderedInput): UnorderedObservation[] {
  const observer = new Observer(input);
  return input.found.result.pairs.map((pair) => observer.pair(pair));
}

/** How much of the process's order is known. */
export function orderCoverage({ coverage, result, interrupted, plainAtomics }: OrderFound): RecordedOrder {
  const { events, bytes, cutShort, cutShortAt, notPlaced } = coverage;
  const { accesses, synchronisations, maps, sharedMaps, goroutines, pairsNotKept } = result;
  return {
    events,
    bytes,
    cutShort,
    cutShortNanoseconds: cutShortAt === null ? null : cutShortAt * millisecond,
    notPlaced,
    interrupted,
    plainAtomics,
    accesses,
    synchronisations,
    maps,
    sharedMaps,
    goroutines,
    pairsNotKept,
  };
}

/** What was wrong with the file, and what had to be forgotten, one sentence each. */
export function orderNotes({ coverage, result }: OrderFound): string[] {
  return [...coverage.damage, ...result.forgotten];
}

class Observer {
  readonly #input: UnorderedInput;
  readonly #symbols: SymbolSource;
  readonly #frames = new Map<number, readonly CaseFrame[]>();
  /** Where locks were taken, by stack and sort: the source is read once for each. */
  readonly #lockPlaces = new Map<
    string,
    Pick<LockHeld, "name" | "at"> & { readonly stack: readonly CaseFrame[] }
  >();

  constructor(input: UnorderedInput) {
    this.#input = input;
    this.#symbols = input.binary === undefined ? "none" : "binary";
  }

  pair({ map, first, second, seen, maps, commonLock }: UnorderedPair): UnorderedObservation {
    const { evidence, nextHandle } = this.#input;
    return {
      kind: "unordered",
      handle: nextHandle(),
      evidence,
      map: {
        address: map === 0 ? null : hexadecimal(map),
        type: this.#typeOf([first, second]),
        name: null,
        elements: null,
      },
      symbols: this.#symbols,
      seen,
      maps,
      commonLock: commonLock === null ? null : hexadecimal(commonLock),
      sides: [this.#side(first), this.#side(second)],
    };
  }

  /** The type of the map, where both sides' places tell no other. */
  #typeOf(sides: readonly UnorderedSide[]): string | null {
    const types = sides.flatMap(({ stack }) => {
      const type = this.#hasOneType(stack) ? this.#input.found.mapTypes.get(stack) : undefined;
      return type === undefined ? [] : [type];
    });
    const [type, other = type] = types;
    return type === undefined || type !== other ? null : type;
  }

  /** Generic code and what goes by reflection access maps of several types in one place. */
  #hasOneType(stack: number): boolean {
    const placed = placeFrames(this.#stack(stack), this.#input.context);
    const innermost = placed.find(({ origin }) => origin !== "runtime");
    return innermost !== undefined && innermost.origin !== "standard" && !innermost.function.includes("[");
  }

  #side(side: UnorderedSide): UnorderedObservation["sides"][number] {
    const { found, binary } = this.#input;
    const { goroutine, started, stack, acquired, released } = side;
    const entry = started === null || started.entry === 0 ? undefined : binary?.symbolizeEntry(started.entry);
    const operation: Operation = operationOf(side.operation);
    return {
      role: "observed",
      operation,
      goroutine: {
        id: knownId(goroutine),
        ...this.#startOf(started),
        entry: entry === undefined ? null : caseFrame(entry),
      },
      heldNanoseconds: 0,
      stack: [...this.#stack(stack)],
      stackCut: (found.stacks.get(stack)?.length ?? 0) >= mostPcs,
      order: {
        locks: side.locks.map((lock) => this.#lock(lock)),
        acquired: acquired === null ? null : this.#synchronised(acquired),
        released: released === null ? null : this.#synchronised(released),
      },
    };
  }

  #startOf(started: UnorderedSide["started"]): Pick<ObservedSide["goroutine"], "startedBy" | "startedAt"> {
    if (started === null || started.by === 0) {
      return { startedBy: null, startedAt: [] };
    }
    return started.by >= firstTimer
      ? { startedBy: null, startedAt: [timerFrame] }
      : {
          startedBy: knownId(started.by),
          startedAt: [...synchronisingCall(this.#stack(started.stack)).from],
        };
  }

  #lock({ address, reading, stack }: HeldLock): LockHeld {
    const key = `${stack} ${reading}`;
    let place = this.#lockPlaces.get(key);
    if (place === undefined) {
      const { from } = synchronisingCall(this.#stack(stack));
      place = {
        name: lockName(from[0], reading, this.#input.readSource),
        at: this.#placeOf(from),
        stack: from,
      };
      this.#lockPlaces.set(key, place);
    }
    const { name, at, stack: frames } = place;
    return { address: hexadecimal(address), reading, name, at, stack: [...frames] };
  }

  #synchronised({ how: edge, address, stack }: LastSynchronised): Synchronised {
    const { on, how, from } = synchronisingCall(this.#stack(stack));
    return {
      edge,
      ...(edge === "start" ? { on: "go", how: "go statement" } : { on, how }),
      address: address === 0 ? null : hexadecimal(address),
      at: this.#placeOf(from),
      stack: [...from],
    };
  }

  #placeOf(frames: readonly CaseFrame[]): Synchronised["at"] {
    return siteOf(placeFrames(frames, this.#input.context));
  }

  #stack(id: number): readonly CaseFrame[] {
    const known = this.#frames.get(id);
    if (known !== undefined) {
      return known;
    }
    const { found, binary, text } = this.#input;
    const pcs = found.stacks.get(id) ?? [];
    const frames = binary === undefined ? [] : framesOf({ pcs, logical: false }, text, binary);
    this.#frames.set(id, frames);
    return frames;
  }
}

/** A damaged file may say what no goroutine has. */
function knownId(id: number): number | null {
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16)}`;
}
