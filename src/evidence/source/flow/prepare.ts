/** What is left to do between collecting and running: keys get their final names, channels that serve as locks become locks. */
import { type Body, type Event, type LockRef } from "./body.js";
import { type Model } from "./model.js";

/** Finishes bodies and infos; call it when all functions were lowered and all callees are known. */
export function prepare(model: Model): void {
  spreadParallel(model);
  const locking = lockingChannels(model);
  for (const [index, body] of model.bodies.entries()) {
    if (body !== undefined) {
      model.bodies[index] = prepared(model, body, locking.get(outermost(model, index)) ?? none);
    }
  }
}

/** A helper that calls `t.Parallel` makes those that call it parallel. */
function spreadParallel(model: Model): void {
  for (let round = 0; round < 3; round += 1) {
    for (const site of model.sites) {
      const info = site.function === null ? undefined : model.infos[site.function];
      if (info !== undefined && site.passes && site.start === null) {
        info.parallel ||= site.targets.some((target) => model.infos[target.function]?.parallel === true);
      }
    }
  }
}

const none: ReadonlyMap<string, boolean> = new Map();

function prepared(model: Model, body: Body, locking: ReadonlyMap<string, boolean>): Body {
  const blocks = body.blocks.map((block) =>
    block.events.some((event) => event.kind === "lock" || event.kind === "unlock" || event.kind === "token")
      ? { ...block, events: block.events.flatMap((event) => preparedEvent(model, event, locking)) }
      : block,
  );
  return { ...body, blocks };
}

function preparedEvent(model: Model, event: Event, locking: ReadonlyMap<string, boolean>): Event[] {
  switch (event.kind) {
    case "lock":
    case "unlock":
      return [{ ...event, lock: meant(model, event.lock) }];
    case "token": {
      const bySend = locking.get(event.lock.key);
      if (bySend === undefined) {
        return [];
      }
      const lock = meant(model, event.lock);
      return [
        event.send === bySend
          ? { kind: "lock", lock, mode: "lock", at: event.at }
          : { kind: "unlock", lock, mode: "lock" },
      ];
    }
    default:
      return [event];
  }
}

function meant(model: Model, lock: LockRef): LockRef {
  const key = model.synonyms.meaning(lock.key);
  return key === lock.key ? lock : { ...lock, key };
}

/** The declared function that a function literal stands in; a literal that is started stands alone. */
function outermost(model: Model, func: number): number {
  let at = func;
  for (let depth = 0; depth < 100; depth += 1) {
    const enclosing = model.program.functions[at]?.enclosing ?? null;
    if (enclosing === null || model.isStarted(at)) {
      break;
    }
    at = enclosing;
  }
  return at;
}

/** For one function: the first use of each channel, and those that are both sent to and received from. */
interface ChannelUse {
  readonly firsts: Map<string, { readonly send: boolean; readonly pos: number }>;
  readonly both: Set<string>;
}

/**
 * For each function: the channels with room for one value to which it both sends and from which it receives. They are locks,
 * taken by what comes first.
 */
function lockingChannels(model: Model): Map<number, ReadonlyMap<string, boolean>> {
  const uses = new Map<number, ChannelUse>();
  for (const [index, body] of model.bodies.entries()) {
    for (const event of body?.blocks.flatMap((block) => block.events) ?? []) {
      if (event.kind === "token" && holdsOne(model, event.lock.key)) {
        const func = outermost(model, index);
        const use: ChannelUse = uses.get(func) ?? { firsts: new Map(), both: new Set() };
        uses.set(func, use);
        noteToken(use, event.lock.key, { send: event.send, pos: event.at.pos });
      }
    }
  }
  const locking = new Map<number, ReadonlyMap<string, boolean>>();
  for (const [func, { firsts, both }] of uses) {
    const locks = [...firsts].filter(([key]) => both.has(key));
    locking.set(func, new Map(locks.map(([key, { send }]) => [key, send])));
  }
  return locking;
}

function noteToken({ firsts, both }: ChannelUse, key: string, use: { send: boolean; pos: number }): void {
  const known = firsts.get(key);
  if (known !== undefined && known.send !== use.send) {
    both.add(key);
  }
  if (known === undefined || use.pos < known.pos) {
    firsts.set(key, use);
  }
}

function holdsOne(model: Model, key: string): boolean {
  const { synonyms, capacities } = model;
  const sizes =
    capacities.get(key) ?? capacities.get(synonyms.meaning(key)) ?? capacities.get(synonyms.group(key));
  return sizes?.size === 1 && sizes.has("1");
}
