/**
 * What goroutines wait on.
 *
 * ```text
 * g.waiting → sudog ─waitlink→ sudog …      channels: each sudog names one (several in a select)
 * semtable[hash(address)] → treap of sudogs with different addresses, each with a list of those that wait at the same one
 * notifyList.head → sudog ─next→ …          conditions: nothing leads from the goroutine there before Go 1.26
 * ```
 *
 * From Go 1.26 on `g.waiting` leads to the sudog of locks and conditions too.
 *
 * Source: Go's src/runtime/chan.go, select.go and sema.go, 1.19 to 1.27.
 */
import type { Address, Memory } from "../memory.js";
import { readView, readWord, wordAt } from "../types/words.js";
import type { WaitsOn } from "./goroutine.js";
import type { RuntimeLayout } from "./layout.js";

/** Longest list that is followed: as many goroutines can wait for one channel as there are. */
const maxWaiters = 1 << 20;

/** A select of a program has as many cases at most. */
const maxCases = 1 << 16;

/** The words of a sudog. */
interface Sudog {
  readonly g: Address;
  readonly next: Address;
  readonly previous: Address;
  readonly element: Address;
  readonly waitLink: Address;
  readonly channel: Address;
}

/** A channel. */
interface Channel {
  readonly length: number;
  readonly capacity: number;
  /** The first one in its queue of senders. */
  readonly firstSender: Address;
}

/** What is known of one goroutine that waits. */
export interface Waiting {
  readonly g: Address;
  /** `g.waiting`. */
  readonly first: Address;
  /** In the words of Go's dumps. */
  readonly reason: string;
}

/** Whether a reason is one of channels. */
const aboutChannels = /^(chan |select)/;
const aboutConditions = /^sync\.Cond/;
const aboutLocks = /^sync\.(RW)?Mutex/;
/** `semacquire` (of locks too in Go 1.19), `sync.WaitGroup.Wait`. */
const aboutSemaphores = /^(semacquire|sync\.WaitGroup)/;

/** Reads what goroutines wait on; what is shared by many of them is read once. */
export class Waits {
  readonly #memory: Memory;
  readonly #layout: RuntimeLayout;
  readonly #semtable: Address | undefined;
  readonly #channels = new Map<Address, Channel | undefined>();
  /** The senders in the queue of a channel, by its first one. */
  readonly #senders = new Map<Address, ReadonlySet<Address>>();
  /** The goroutines that wait for a condition, by the address of their list. */
  readonly #conditions = new Map<Address, ReadonlySet<Address>>();
  /** Of each goroutine in the table of semaphores the address that it waits at. */
  #semaphores: ReadonlyMap<Address, Address> | undefined;

  constructor(memory: Memory, layout: RuntimeLayout, semtable: Address | undefined) {
    this.#memory = memory;
    this.#layout = layout;
    this.#semtable = semtable;
  }

  /** What a goroutine waits on; empty where its reason is none that has something, or it cannot be told. */
  of(waiting: Waiting): readonly WaitsOn[] {
    if (aboutChannels.test(waiting.reason)) {
      return this.#channelsOf(waiting);
    }
    const kind = aboutLocks.test(waiting.reason)
      ? "lock"
      : aboutSemaphores.test(waiting.reason)
        ? "semaphore"
        : aboutConditions.test(waiting.reason)
          ? "condition"
          : undefined;
    if (kind === undefined) {
      return [];
    }
    const address =
      this.#elementOf(waiting) ?? (kind === "condition" ? undefined : this.#semaphoreOf(waiting.g));
    return address === undefined ? [] : [{ kind, address, channel: undefined }];
  }

  /**
   * Whether a list of those who wait for a condition begins at an address and holds a goroutine.
   *
   * @param list a word that may be the address of a `notifyList`
   */
  isConditionOf(list: Address, g: Address): boolean {
    return this.#conditions.get(list)?.has(g) ?? this.#readCondition(list).has(g);
  }

  #readCondition(list: Address): ReadonlySet<Address> {
    const { size, head } = this.#layout.conditions;
    const view = list % 8 === 0 && list > 0 ? readView(this.#memory, list, size) : undefined;
    const sudogs = view === undefined ? [] : this.#list(wordAt(view, head));
    const waiting = new Set(sudogs.map((sudog) => sudog.g));
    // Most words are no lists, and there are too many of those to remember.
    if (waiting.size > 0) {
      this.#conditions.set(list, waiting);
    }
    return waiting;
  }

  /** The sudogs from one on, by `next`. */
  #list(first: Address): readonly (Sudog & { readonly address: Address })[] {
    const seen = new Set<Address>();
    const found: (Sudog & { readonly address: Address })[] = [];
    for (let at = first; at !== 0 && !seen.has(at) && found.length < maxWaiters;) {
      const sudog = this.#sudog(at);
      if (sudog === undefined) {
        break;
      }
      seen.add(at);
      found.push({ ...sudog, address: at });
      at = sudog.next;
    }
    return found;
  }

  #channelsOf({ g, first, reason }: Waiting): readonly WaitsOn[] {
    const found: WaitsOn[] = [];
    const seen = new Set<Address>();
    for (let at = first; at !== 0 && !seen.has(at) && seen.size < maxCases;) {
      seen.add(at);
      const sudog = this.#sudog(at);
      if (sudog === undefined || sudog.g !== g || sudog.channel === 0) {
        break;
      }
      const channel = this.#channel(sudog.channel);
      if (channel === undefined) {
        break;
      }
      const { length, capacity, firstSender } = channel;
      const sends = reason.startsWith("select")
        ? this.#sendersFrom(firstSender).has(at)
        : reason.startsWith("chan send");
      found.push({ kind: "channel", address: sudog.channel, channel: { sends, length, capacity } });
      at = sudog.waitLink;
    }
    return found;
  }

  #channel(address: Address): Channel | undefined {
    if (!this.#channels.has(address)) {
      const { channel } = this.#layout;
      const view = readView(this.#memory, address, channel.size);
      this.#channels.set(
        address,
        view && {
          length: wordAt(view, channel.length),
          capacity: wordAt(view, channel.capacity),
          firstSender: wordAt(view, channel.senders),
        },
      );
    }
    return this.#channels.get(address);
  }

  #sendersFrom(first: Address): ReadonlySet<Address> {
    const known = this.#senders.get(first);
    if (known !== undefined) {
      return known;
    }
    const all = new Set(this.#list(first).map(({ address }) => address));
    this.#senders.set(first, all);
    return all;
  }

  /** The address in the sudog of a lock or a condition, from Go 1.26 on. */
  #elementOf({ g, first }: Waiting): Address | undefined {
    const sudog = first === 0 ? undefined : this.#sudog(first);
    return sudog?.g === g && sudog.channel === 0 && sudog.element !== 0 ? sudog.element : undefined;
  }

  #semaphoreOf(g: Address): Address | undefined {
    this.#semaphores ??= this.#readSemaphores();
    return this.#semaphores.get(g);
  }

  #readSemaphores(): ReadonlyMap<Address, Address> {
    const found = new Map<Address, Address>();
    const { count, size, tree } = this.#layout.semaphores;
    const seen = new Set<Address>();
    for (let index = 0; this.#semtable !== undefined && index < count; index++) {
      const root = readWord(this.#memory, this.#semtable + index * size + tree);
      const todo = root === undefined || root === 0 ? [] : [root];
      for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
        const sudog = seen.has(node) || seen.size >= maxWaiters ? undefined : this.#sudog(node);
        if (sudog === undefined) {
          continue;
        }
        seen.add(node);
        found.set(sudog.g, sudog.element);
        // Those that wait at the same address hang on the node of the tree.
        todo.push(...[sudog.previous, sudog.next, sudog.waitLink].filter((one) => one !== 0));
      }
    }
    return found;
  }

  #sudog(address: Address): Sudog | undefined {
    const { sudog } = this.#layout;
    const view = readView(this.#memory, address, sudog.size);
    return (
      view && {
        g: wordAt(view, sudog.g),
        next: wordAt(view, sudog.next),
        previous: wordAt(view, sudog.previous),
        element: wordAt(view, sudog.element),
        waitLink: wordAt(view, sudog.waitLink),
        channel: wordAt(view, sudog.channel),
      }
    );
  }
}
