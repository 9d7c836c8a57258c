/**
 * Which operations of a run nothing orders: vector clocks, as Go's memory model says.
 *
 * A goroutine's clock goes up when it releases something (unlocks, sends, starts a goroutine …); who acquires takes the
 * releaser's clock over. Of two operations on one map, at least one of which changes it, neither of which comes before
 * the other by these clocks, the order is chance: they are _unordered_.
 */
import { type Execution } from "../explore/execution.js";
import {
  ATOMIC_LOAD,
  ATOMIC_OR,
  ATOMIC_STORE,
  BEGIN,
  CLOSE,
  firstSynchronising,
  GROUP_ADD,
  GROUP_WAIT,
  LOCK,
  READ_LOCK,
  READ_UNLOCK,
  RECEIVE,
  SEND,
  SENT,
  START,
  UNLOCK,
  WRITE_LOCK,
  WRITE_UNLOCK,
} from "../explore/operations.js";
import { type CompiledProgram } from "./compiled.js";
import { type Statement } from "./syntax.js";

/** An operation of a run on a map. */
interface MapOperation {
  readonly goroutine: number;
  readonly statement: Statement;
  readonly map: string;
  readonly changes: boolean;
  /** The goroutine's own clock, and what it knows of the others, when the operation begins. */
  readonly epoch: number;
  readonly clock: Int32Array;
  readonly first: number;
  last: number;
}

/** What a run shows about order. */
export interface RunOrder {
  /** Whether nothing orders some two operations of different goroutines on one map, at least one of which changes it. */
  readonly unordered: boolean;
  /** Whether of some such two one began before the other had ended. */
  readonly overlapping: boolean;
  /** Locked instructions and other steps of waiting. */
  readonly synchronising: number;
}

/** Looks at the run that an execution stands at the end of. */
export function orderOf(compiled: CompiledProgram, execution: Execution): RunOrder {
  const { histories, program } = compiled;
  const count = execution.goroutines;
  const clocks = Array.from({ length: count }, (_, index) => new Int32Array(count).fill(1, index, index + 1));
  const released = new Map<number, Int32Array>();
  const operations = new Map<number, MapOperation>();
  let synchronising = 0;
  for (let depth = 0; depth < execution.depth; depth++) {
    const who = execution.who[depth] ?? 0;
    const node = execution.from[depth] ?? 0;
    const kind = histories.kind[node] ?? 0;
    const clock = clocks[who];
    if (who >= count || clock === undefined) {
      continue;
    }
    if (kind >= firstSynchronising) {
      synchronising += kind === ATOMIC_LOAD ? 0 : 1;
      synchronise(kind, histories.offset[node] ?? 0, { clock, who, released });
      continue;
    }
    synchronising += kind === ATOMIC_OR ? 1 : 0;
    const statement = program.statements[histories.statement[node] ?? 0];
    const number = (histories.operation[node] ?? 0) * count + who;
    const known = operations.get(number);
    if (known !== undefined) {
      known.last = depth;
    } else if (statement !== undefined && "map" in statement) {
      const changes = ["set", "add", "delete", "clear"].includes(statement.kind);
      const epoch = clock[who] ?? 0;
      operations.set(number, {
        goroutine: who,
        statement,
        map: statement.map,
        changes,
        epoch,
        clock: clock.slice(),
        first: depth,
        last: depth,
      });
    }
  }
  return { ...orderAmong([...operations.values()]), synchronising };
}

/** Looks at all pairs, until both are known to be so: a long run has a million of them. */
function orderAmong(operations: readonly MapOperation[]): Pick<RunOrder, "unordered" | "overlapping"> {
  let unordered = false;
  for (let first = 0; first < operations.length; first++) {
    const a = operations[first];
    for (let second = first + 1; second < operations.length; second++) {
      const b = operations[second];
      if (a !== undefined && b !== undefined && isUnordered(a, b)) {
        unordered = true;
        if (a.first <= b.last && b.first <= a.last) {
          return { unordered, overlapping: true };
        }
      }
    }
  }
  return { unordered, overlapping: false };
}

function isUnordered(a: MapOperation, b: MapOperation): boolean {
  return (
    a.goroutine !== b.goroutine &&
    a.map === b.map &&
    (a.changes || b.changes) &&
    (b.clock[a.goroutine] ?? 0) < a.epoch &&
    (a.clock[b.goroutine] ?? 0) < b.epoch
  );
}

interface Clocks {
  readonly clock: Int32Array;
  readonly who: number;
  /** By offset of the object; what readers of an RWMutex release is kept apart from what writers do. */
  readonly released: Map<number, Int32Array>;
}

const acquiring: ReadonlySet<number> = new Set([
  LOCK,
  READ_LOCK,
  WRITE_LOCK,
  BEGIN,
  GROUP_WAIT,
  RECEIVE,
  SENT,
  ATOMIC_LOAD,
  SEND,
]);
const releasing: ReadonlySet<number> = new Set([
  UNLOCK,
  WRITE_UNLOCK,
  READ_UNLOCK,
  START,
  GROUP_ADD,
  SEND,
  RECEIVE,
  CLOSE,
  ATOMIC_STORE,
]);

function synchronise(kind: number, offset: number, { clock, who, released }: Clocks): void {
  const ofReaders = offset + 1;
  // A sender without a buffer learns of its receiver when the value was taken; a sender with one, of whoever made room.
  if (acquiring.has(kind)) {
    join(clock, released.get(offset + (kind === SEND || kind === SENT ? 2 : 0)));
    if (kind === WRITE_LOCK) {
      join(clock, released.get(ofReaders));
    }
  }
  if (!releasing.has(kind)) {
    return;
  }
  const at = kind === READ_UNLOCK ? ofReaders : kind === RECEIVE ? offset + 2 : offset;
  const known = released.get(at) ?? new Int32Array(clock.length);
  join(known, clock);
  released.set(at, known);
  clock[who] = (clock[who] ?? 0) + 1;
}

function join(clock: Int32Array, other: Int32Array | undefined): void {
  other?.forEach((value, index) => {
    clock[index] = Math.max(clock[index] ?? 0, value);
  });
}
