/** What is left to do between collecting and running: keys get their final names, channels that serve as locks become locks. */
import { type Body, type Event, type LockRef } from "./body.js";
import { type Model } from "./model.js";

/** Finishes bodies and infos; call it when all functions were lowered and all callees are known. */
export function prepare(model: Model): void {
  spreadParallel(model);
  for (const [index, body] of model.bodies.entries()) {
    if (body !== undefined) {
      model.bodies[index] = prepared(model, body);
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

function prepared(model: Model, body: Body): Body {
  const locking = lockingChannels(model, body);
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

/**
 * The channels with room for one value to which this function both sends and from which it receives: a lock, that is taken by
 * what comes first.
 */
function lockingChannels(model: Model, body: Body): Map<string, boolean> {
  const firsts = new Map<string, { send: boolean; pos: number }>();
  const both = new Set<string>();
  const look = (event: Event): void => {
    if (event.kind !== "token" || !holdsOne(model, event.lock.key)) {
      return;
    }
    const known = firsts.get(event.lock.key);
    if (known === undefined || event.at.pos < known.pos) {
      firsts.set(event.lock.key, { send: event.send, pos: event.at.pos });
    }
    if (known !== undefined && known.send !== event.send) {
      both.add(event.lock.key);
    }
  };
  for (const block of body.blocks) {
    for (const event of block.events) {
      look(event);
    }
  }
  return new Map([...firsts].filter(([key]) => both.has(key)).map(([key, { send }]) => [key, send]));
}

function holdsOne(model: Model, key: string): boolean {
  const { synonyms, capacities } = model;
  const sizes =
    capacities.get(key) ?? capacities.get(synonyms.meaning(key)) ?? capacities.get(synonyms.group(key));
  return sizes?.size === 1 && sizes.has("1");
}
