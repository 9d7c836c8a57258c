/** A run, kept step by step in columns: which process did it, from which node, what it loaded, what it was to the mark. */
import { type Execution } from "../explore/execution.js";
import { LOAD, STORE } from "../explore/operations.js";
import { type CompiledProgram } from "./compiled.js";
import {
  isChange,
  mapOf,
  MARK_CLEARED,
  MARK_FOUND_CLEAR,
  MARK_IN_BUFFER,
  MARK_NONE,
  MARK_SET,
  markBitsAt,
  markOf,
  underWay,
} from "./mark.js";

/** See the file's comment. All columns have a row for each step. */
export interface RunRecord {
  readonly length: number;
  readonly goroutines: number;
  /** Goroutines, then their store buffers. */
  readonly process: Uint8Array;
  readonly node: Int32Array;
  /** What a load gave. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** MARK_…, see mark.ts. */
  readonly mark: Uint8Array;
  /** The goroutines that it concerns, as bits: who is in the middle of something meanwhile. */
  readonly others: Uint16Array;
  /** Whether the mark of some map is set in memory after the step. */
  readonly marked: Uint8Array;
}

/**
 * Does the steps of a schedule, and keeps them. It ends before the first step that cannot be done.
 *
 * @param execution at its beginning; afterwards at the end
 */
export function recordRun(compiled: CompiledProgram, execution: Execution, schedule: Uint8Array): RunRecord {
  const { histories } = compiled;
  const watch = new MarkWatch(compiled, execution);
  const most = schedule.length;
  const node = new Int32Array(most);
  const low = new Int32Array(most);
  const high = new Int32Array(most);
  const mark = new Uint8Array(most);
  const others = new Uint16Array(most);
  const marked = new Uint8Array(most);
  let length = 0;
  for (const process of schedule) {
    if (process >= execution.processes || (execution.enabled() & (1 << process)) === 0) {
      break;
    }
    const at = execution.nextNode(process);
    watch.before(process, at);
    execution.execute(process);
    node[length] = at;
    if (histories.kind[at] === LOAD) {
      low[length] = execution.low;
      high[length] = execution.high;
    }
    watch.after(process, at);
    mark[length] = watch.mark;
    others[length] = watch.others;
    marked[length] = watch.marked.size === 0 ? 0 : 1;
    length++;
  }
  return {
    length,
    goroutines: execution.goroutines,
    process: schedule.slice(0, length),
    node: node.subarray(0, length),
    low: low.subarray(0, length),
    high: high.subarray(0, length),
    mark: mark.subarray(0, length),
    others: others.subarray(0, length),
    marked: marked.subarray(0, length),
  };
}

/** Follows the marks of all maps through a run. */
class MarkWatch {
  /** Of the last step. */
  mark = MARK_NONE;
  others = 0;
  /** Places of the marks that are set in memory. */
  readonly marked = new Set<number>();
  #before = 0;
  /** For each goroutine, the operation in which it has last found nobody marked. */
  readonly #tested: Int32Array;

  constructor(
    private readonly compiled: CompiledProgram,
    private readonly execution: Execution,
  ) {
    this.#tested = new Int32Array(execution.goroutines).fill(-1);
  }

  before(process: number, node: number): void {
    const { histories } = this.compiled;
    const { execution } = this;
    this.mark = MARK_NONE;
    this.others = 0;
    if (histories.kind[node] !== STORE || markBitsAt(histories.site[node] ?? 0) === 0) {
      return;
    }
    const parent = histories.parent[node] ?? -1;
    const isOwn = process < execution.goroutines;
    if (isOwn && parent >= 0 && markBitsAt(histories.site[parent] ?? 0) !== 0) {
      // Memory does not have yet what is in the own store buffer.
      [this.#before] = histories.valueInto(node);
    } else {
      const offset = histories.offset[node] ?? 0;
      this.#before = (execution.words[offset >> 2] ?? 0) >>> ((offset & 3) * 8);
    }
  }

  after(process: number, node: number): void {
    const { histories } = this.compiled;
    const { execution } = this;
    const bits = markBitsAt(histories.site[node] ?? 0);
    if (bits === 0) {
      return;
    }
    const goroutine = process % execution.goroutines;
    this.mark = markOf(histories, node, { before: this.#before, loaded: execution.low });
    const offset = histories.offset[node] ?? 0;
    const now = (execution.words[offset >> 2] ?? 0) >>> ((offset & 3) * 8);
    if ((now & bits) === 0) {
      this.marked.delete(offset);
    } else {
      this.marked.add(offset);
    }
    if (this.mark === MARK_FOUND_CLEAR) {
      this.#tested[goroutine] = histories.operation[node] ?? 0;
    }
    if (this.mark !== MARK_NONE) {
      this.#look(goroutine, node);
    }
  }

  /** Who is in the middle of something on the same map. */
  #look(goroutine: number, node: number): void {
    const { histories, program } = this.compiled;
    const { execution } = this;
    const map = mapOf(program.statements[histories.statement[node] ?? 0]);
    for (let other = 0; other < execution.goroutines; other++) {
      const doing = other === goroutine ? undefined : underWay(this.compiled, execution, other);
      if (doing === undefined || mapOf(doing) !== map) {
        continue;
      }
      const operation = histories.operation[execution.node[other] ?? 0] ?? 0;
      const isIn = this.mark === MARK_SET ? this.#tested[other] === operation : isChange(doing);
      if (isIn && this.mark !== MARK_CLEARED) {
        this.others |= 1 << other;
      } else if (this.mark === MARK_CLEARED && isChange(doing) && this.#tested[other] === operation) {
        this.others |= 1 << other;
      }
    }
    if (this.mark === MARK_FOUND_CLEAR && this.#isBuffered(goroutine, histories.offset[node] ?? 0)) {
      this.mark = MARK_IN_BUFFER;
    }
  }

  /** Whether another goroutine's store to a place is on its way to memory. */
  #isBuffered(goroutine: number, offset: number): boolean {
    const { histories } = this.compiled;
    for (let other = 0; other < this.execution.goroutines; other++) {
      if (other !== goroutine) {
        for (const store of this.execution.buffered(other)) {
          if (histories.offset[store] === offset && (histories.low[store] ?? 0) !== 0) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
