/**
 * A program in the middle of a run: memory, where each goroutine stands, store buffers. Steps can be done and undone.
 *
 * Who can do a step is a _process_: with n goroutines, 0 to n-1 are these, and under x86-TSO n to 2n-1 are their store
 * buffers, whose step is to bring the oldest store to memory. x86-TSO: a store goes to the buffer; a load takes the newest
 * value of that address in the own buffer, else memory's; what is locked (mutexes, channels, atomics but loads) waits
 * until the own buffer is empty. A load that a buffered store covers in part waits until that store is in memory.
 * (P. Sewell, S. Sarkar, S. Owens, F. Zappa Nardelli, M. Myreen: x86-TSO, CACM 2010.)
 */
import { withRoom } from "../../base/growing.js";
import { type Histories } from "./histories.js";
import {
  ANNOUNCE_WRITER,
  ATOMIC_LOAD,
  ATOMIC_OR,
  ATOMIC_STORE,
  BEGIN,
  CLOSE,
  FAULT,
  FENCE,
  firstSynchronising,
  GROUP_ADD,
  GROUP_WAIT,
  isStopped,
  isTerminal,
  LOAD,
  LOCK,
  READ_LOCK,
  READ_UNLOCK,
  RECEIVE,
  SEND,
  SENT,
  START,
  STORE,
  TRY_LOCK,
  UNLOCK,
  WRITE_LOCK,
  WRITE_UNLOCK,
} from "./operations.js";

const ints = (length: number): Int32Array => new Int32Array(length);

/** How loads and stores of several goroutines meet: sequentially consistent, or as on x86. */
export type MemoryModel = "sc" | "tso";

/** What a run begins with. */
export interface ProgramStart {
  readonly histories: Histories;
  /** First node of each goroutine. */
  readonly roots: readonly number[];
  /** The memory when the goroutines begin: arena 0 is filled, the arenas of the goroutines are empty. */
  readonly words: Int32Array;
  /** For each 8 bytes of arena 0, the number of the object that they belong to; 0 for none. */
  readonly objects: Int32Array;
  readonly arenaBytes: number;
  readonly memory: MemoryModel;
  /** Whether the first fatal error, panic or fault ends the run. Else that goroutine stops and the others go on. */
  readonly stopsAll: boolean;
}

/** See the file's comment. */
export class Execution {
  readonly goroutines: number;
  /** How many processes there are. */
  readonly processes: number;
  readonly histories: Histories;
  readonly words: Int32Array;
  /** Where each goroutine stands. */
  readonly node: Int32Array;
  /** How many steps were done. */
  depth = 0;
  /** Which process did each step. */
  who = ints(256);
  /** Where its goroutine stood before (for a store buffer: the store that it brought to memory). */
  from = ints(256);
  /** Two hashes of what memory holds, kept with each store. */
  hashA = 0;
  hashB = 0;
  /** What the last load gave. */
  low = 0;
  high = 0;
  /** How many goroutines a fatal error, a panic or a fault has stopped. */
  stopped = 0;

  readonly #tso: boolean;
  readonly #stopsAll: boolean;
  readonly #objects: Int32Array;
  readonly #arenaShift: number;
  /** Nodes of the stores of each goroutine in their order; those from head to tail are in its buffer. */
  readonly #buffer: Int32Array[];
  readonly #head: Int32Array;
  readonly #tail: Int32Array;
  #undoTop = ints(256);
  #undoWord = ints(1024);
  #undoValue = ints(1024);
  #undone = 0;

  constructor(start: ProgramStart) {
    this.histories = start.histories;
    this.goroutines = start.roots.length;
    this.#tso = start.memory === "tso";
    this.processes = this.#tso ? 2 * this.goroutines : this.goroutines;
    this.#stopsAll = start.stopsAll;
    this.words = start.words.slice();
    this.node = Int32Array.from(start.roots);
    this.#objects = start.objects;
    this.#arenaShift = 31 - Math.clz32(start.arenaBytes);
    this.#buffer = start.roots.map(() => ints(64));
    this.#head = ints(this.goroutines);
    this.#tail = ints(this.goroutines);
    for (const root of start.roots) {
      this.#arrive(root);
    }
    this.#undone = 0;
  }

  /** The node of the step that a process would do: of its goroutine, or the oldest store in the buffer (-1 for none). */
  nextNode(process: number): number {
    if (process < this.goroutines) {
      return this.node[process] ?? 0;
    }
    const goroutine = process - this.goroutines;
    const head = this.#head[goroutine] ?? 0;
    return head < (this.#tail[goroutine] ?? 0) ? (this.#buffer[goroutine]?.[head] ?? -1) : -1;
  }

  /** How many stores of a goroutine have reached memory. */
  flushed(goroutine: number): number {
    return this.#head[goroutine] ?? 0;
  }

  /** Whether all stores of a goroutine are in memory. */
  bufferEmpty(goroutine: number): boolean {
    return this.#head[goroutine] === this.#tail[goroutine];
  }

  /** The stores in a goroutine's buffer, the oldest first: their nodes. */
  buffered(goroutine: number): Int32Array {
    return (this.#buffer[goroutine] ?? ints(0)).subarray(this.#head[goroutine], this.#tail[goroutine]);
  }

  /** The processes that can do a step, as bits. */
  enabled(): number {
    if (this.#stopsAll && this.stopped > 0) {
      return 0;
    }
    let set = 0;
    for (let process = 0; process < this.processes; process++) {
      if (this.canStep(process)) {
        set |= 1 << process;
      }
    }
    return set;
  }

  /** Whether a process can do its step now. */
  canStep(process: number): boolean {
    const { goroutines } = this;
    if (process >= goroutines) {
      return !this.bufferEmpty(process - goroutines);
    }
    const node = this.node[process] ?? 0;
    const kind = this.histories.kind[node] ?? 0;
    if (kind === LOAD || kind === ATOMIC_LOAD) {
      return !this.#tso || this.#forwarding(process, node) !== partly;
    }
    if (kind === STORE) {
      return true;
    }
    if (isTerminal(kind)) {
      return false;
    }
    return (
      (!this.#tso || this.bufferEmpty(process)) && (kind < firstSynchronising || this.#passes(kind, node))
    );
  }

  /** Whether a load would take its value from the own buffer. */
  isForwarded(process: number, node: number): boolean {
    return this.#tso && this.#forwarding(process, node) >= 0;
  }

  /** The store in the own buffer that a load takes its value from, -1 for none, or `partly`. */
  #forwarding(goroutine: number, node: number): number {
    const head = this.#head[goroutine] ?? 0;
    const buffer = this.#buffer[goroutine];
    if (buffer === undefined) {
      return -1;
    }
    const { offset, size } = this.histories;
    const start = offset[node] ?? 0;
    const end = start + (size[node] ?? 0);
    for (let index = (this.#tail[goroutine] ?? 0) - 1; index >= head; index--) {
      const store = buffer[index] ?? 0;
      const from = offset[store] ?? 0;
      const to = from + (size[store] ?? 0);
      if (from < end && start < to) {
        return from <= start && end <= to ? store : partly;
      }
    }
    return -1;
  }

  /** Whether a step that may have to wait need not. */
  #passes(kind: number, node: number): boolean {
    const at = (this.histories.offset[node] ?? 0) >> 2;
    const low = this.words[at] ?? 0;
    const high = this.words[at + 1] ?? 0;
    switch (kind) {
      case LOCK:
        return low === 0;
      case READ_LOCK:
        return high === 0;
      case WRITE_LOCK:
        return low === 0 && (high & 1) === 0;
      case GROUP_WAIT:
        return low <= 0;
      case BEGIN:
        return low !== 0;
      case SEND:
        return high !== 0 || low < Math.max(1, this.histories.high[node] ?? 0);
      case SENT:
        return high !== 0 || (this.words[at + 2] ?? 0) >= (this.histories.low[node] ?? 0);
      case RECEIVE:
        return high !== 0 || low > 0;
      default:
        return true;
    }
  }

  /** Does the step of a process that can do one. */
  execute(process: number): void {
    const depth = this.depth++;
    if (depth >= this.who.length) {
      this.who = withRoom(this.who, depth + 1, ints);
      this.from = withRoom(this.from, depth + 1, ints);
      this.#undoTop = withRoom(this.#undoTop, depth + 1, ints);
    }
    this.who[depth] = process;
    this.#undoTop[depth] = this.#undone;
    if (process >= this.goroutines) {
      const goroutine = process - this.goroutines;
      const head = this.#head[goroutine] ?? 0;
      const store = this.#buffer[goroutine]?.[head] ?? 0;
      this.#head[goroutine] = head + 1;
      this.from[depth] = store;
      this.#write(store, this.histories.low[store] ?? 0, this.histories.high[store] ?? 0);
      return;
    }
    const node = this.node[process] ?? 0;
    this.from[depth] = node;
    const next = this.#perform(process, node);
    this.node[process] = next;
    this.#arrive(next);
  }

  /** Undoes the last step. */
  undo(): void {
    const depth = --this.depth;
    const process = this.who[depth] ?? 0;
    const top = this.#undoTop[depth] ?? 0;
    while (this.#undone > top) {
      const index = --this.#undone;
      const word = this.#undoWord[index] ?? 0;
      const value = this.#undoValue[index] ?? 0;
      this.#mix(word, this.words[word] ?? 0, value);
      this.words[word] = value;
    }
    if (process >= this.goroutines) {
      const goroutine = process - this.goroutines;
      this.#head[goroutine] = (this.#head[goroutine] ?? 0) - 1;
      return;
    }
    const { kind, size } = this.histories;
    const left = this.node[process] ?? 0;
    if (isStopped(kind[left] ?? 0)) {
      this.stopped--;
    }
    const node = this.from[depth] ?? 0;
    this.node[process] = node;
    const faulted = kind[left] === FAULT && size[left] === 0;
    if (this.#tso && kind[node] === STORE && !faulted) {
      this.#tail[process] = (this.#tail[process] ?? 0) - 1;
    }
  }

  /** Does the step of a goroutine; gives the node that it gets to. */
  #perform(goroutine: number, node: number): number {
    const { histories } = this;
    const kind = histories.kind[node] ?? 0;
    if (kind < firstSynchronising && !this.hasObject(histories.offset[node] ?? 0)) {
      return histories.fault(node);
    }
    switch (kind) {
      case LOAD:
      case ATOMIC_LOAD:
        this.#load(goroutine, node);
        return histories.next(node, this.low, this.high);
      case STORE:
        if (this.#tso) {
          this.#push(goroutine, node);
        } else {
          this.#write(node, histories.low[node] ?? 0, histories.high[node] ?? 0);
        }
        return histories.next(node, 0, 0);
      case ATOMIC_OR:
        this.#read(histories.offset[node] ?? 0, 1);
        this.#write(node, this.low | (histories.low[node] ?? 0), 0);
        return histories.next(node, 0, 0);
      default:
        this.low = 0;
        this.high = 0;
        this.#synchronise(kind, node);
        return histories.next(node, this.low, this.high);
    }
  }

  #load(goroutine: number, node: number): void {
    const { histories } = this;
    const store = this.#tso ? this.#forwarding(goroutine, node) : -1;
    const offset = histories.offset[node] ?? 0;
    const size = histories.size[node] ?? 0;
    if (store < 0) {
      this.#read(offset, size);
      return;
    }
    // A part of a buffered store: shift it down to where the load begins.
    const by = (offset - (histories.offset[store] ?? 0)) * 8;
    const low = histories.low[store] ?? 0;
    const high = histories.high[store] ?? 0;
    const part = by === 0 ? low : by >= 32 ? high >> (by - 32) : (low >>> by) | (high << (32 - by));
    this.low = size === 8 || size === 4 ? part : part & ((1 << (size * 8)) - 1);
    this.high = size === 8 ? high : 0;
  }

  #push(goroutine: number, node: number): void {
    const tail = this.#tail[goroutine] ?? 0;
    let buffer = this.#buffer[goroutine] ?? ints(0);
    if (tail >= buffer.length) {
      buffer = withRoom(buffer, tail + 1, ints);
      this.#buffer[goroutine] = buffer;
    }
    buffer[tail] = node;
    this.#tail[goroutine] = tail + 1;
  }

  /** Whether the 8 bytes at an offset of the memory belong to an object. */
  hasObject(offset: number): boolean {
    return this.objectAt(offset) !== 0;
  }

  /** A number of the object that the 8 bytes at an offset belong to, equal for all of its bytes; 0 for none. */
  objectAt(offset: number): number {
    const arena = offset >> this.#arenaShift;
    const granule = (offset & ((1 << this.#arenaShift) - 1)) >> 3;
    if (arena === 0) {
      return this.#objects[granule] ?? 0;
    }
    const chain = this.histories.allocated[this.node[arena - 1] ?? 0] ?? 0;
    const object = this.histories.objectsOf(chain)[granule] ?? 0;
    return object === 0 ? 0 : object + ((arena << this.#arenaShift) | 0x4000_0000);
  }

  #read(offset: number, size: number): void {
    const word = this.words[offset >> 2] ?? 0;
    this.high = 0;
    switch (size) {
      case 1:
        this.low = (word >>> ((offset & 3) * 8)) & 0xff;
        return;
      case 2:
        this.low = (word >>> ((offset & 3) * 8)) & 0xffff;
        return;
      case 4:
        this.low = word;
        return;
      default:
        this.low = word;
        this.high = this.words[(offset >> 2) + 1] ?? 0;
    }
  }

  #write(node: number, low: number, high: number): void {
    const offset = this.histories.offset[node] ?? 0;
    const at = offset >> 2;
    const shift = (offset & 3) * 8;
    switch (this.histories.size[node]) {
      case 1:
        this.#set(at, ((this.words[at] ?? 0) & ~(0xff << shift)) | ((low & 0xff) << shift));
        return;
      case 2:
        this.#set(at, ((this.words[at] ?? 0) & ~(0xffff << shift)) | ((low & 0xffff) << shift));
        return;
      case 4:
        this.#set(at, low);
        return;
      default:
        this.#set(at, low);
        this.#set(at + 1, high);
    }
  }

  #set(word: number, value: number): void {
    const old = this.words[word] ?? 0;
    if (old === value) {
      return;
    }
    const index = this.#undone++;
    if (index >= this.#undoWord.length) {
      this.#undoWord = withRoom(this.#undoWord, index + 1, ints);
      this.#undoValue = withRoom(this.#undoValue, index + 1, ints);
    }
    this.#undoWord[index] = word;
    this.#undoValue[index] = old;
    this.#mix(word, old, value);
    this.words[word] = value;
  }

  #mix(word: number, old: number, value: number): void {
    this.hashA ^= scramble(word, old) ^ scramble(word, value);
    this.hashB ^= scramble(~word, old) ^ scramble(~word, value);
  }

  /** What a goroutine's arrival at a node brings with it. */
  #arrive(node: number): void {
    const { histories } = this;
    const kind = histories.kind[node] ?? 0;
    if (isStopped(kind)) {
      this.stopped++;
    }
    if ((histories.silentWrites[node] ?? -1) < 0) {
      return;
    }
    const writes = histories.writesOf(node);
    for (let index = 0; index < writes.length; index += 2) {
      const at = writes[index] ?? 0;
      const shift = (at & 3) * 8;
      this.#set(
        at >> 2,
        ((this.words[at >> 2] ?? 0) & ~(0xff << shift)) | ((writes[index + 1] ?? 0) << shift),
      );
    }
  }

  #synchronise(kind: number, node: number): void {
    const at = (this.histories.offset[node] ?? 0) >> 2;
    const low = this.words[at] ?? 0;
    const high = this.words[at + 1] ?? 0;
    switch (kind) {
      case LOCK:
      case START:
        this.#set(at, 1);
        return;
      case TRY_LOCK:
        this.low = low === 0 ? 1 : 0;
        this.#set(at, 1);
        return;
      case UNLOCK:
        this.low = low;
        this.#set(at, 0);
        return;
      case READ_LOCK:
        this.#set(at, low + 1);
        return;
      case READ_UNLOCK:
        this.low = low;
        this.#set(at, Math.max(0, low - 1));
        return;
      case ANNOUNCE_WRITER:
        this.#set(at + 1, high + 2);
        return;
      case WRITE_LOCK:
        this.#set(at + 1, high - 1);
        return;
      case WRITE_UNLOCK:
        this.low = high & 1;
        this.#set(at + 1, high & ~1);
        return;
      case GROUP_ADD:
        this.low = low + (this.histories.low[node] ?? 0);
        this.#set(at, this.low);
        return;
      case ATOMIC_STORE:
        this.#set(at, this.histories.low[node] ?? 0);
        this.#set(at + 1, this.histories.high[node] ?? 0);
        return;
      case BEGIN:
      case GROUP_WAIT:
      case FENCE:
        return;
      default:
        this.#channel(kind, node);
    }
  }

  #channel(kind: number, node: number): void {
    const at = (this.histories.offset[node] ?? 0) >> 2;
    const count = this.words[at] ?? 0;
    const closed = this.words[at + 1] ?? 0;
    const received = this.words[at + 2] ?? 0;
    const sent = this.words[at + 3] ?? 0;
    const places = Math.max(1, this.histories.high[node] ?? 0);
    if (kind === SEND) {
      // Without a value's number the channel is closed: the sender panics.
      this.low = closed === 0 ? sent + 1 : 0;
      if (closed === 0) {
        this.#set(at + 4 + 2 * (sent % places), this.histories.low[node] ?? 0);
        this.#set(at, count + 1);
        this.#set(at + 3, sent + 1);
      }
    } else if (kind === SENT) {
      this.low = received >= (this.histories.low[node] ?? 0) ? 1 : 0;
    } else if (kind === RECEIVE) {
      this.high = count > 0 ? 1 : 0;
      if (count > 0) {
        this.low = this.words[at + 4 + 2 * (received % places)] ?? 0;
        this.#set(at, count - 1);
        this.#set(at + 2, received + 1);
      }
    } else if (kind === CLOSE) {
      this.low = closed;
      this.#set(at + 1, 1);
    }
  }
}

/** What a load finds that a store in the own buffer covers in part. */
const partly = -2;

/** Mixes a place and a value; good enough that equal hashes of different memories are rare. */
function scramble(word: number, value: number): number {
  let mixed = Math.imul(word ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(value + 0x7f4a7c15, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return mixed ^ (mixed >>> 15);
}
