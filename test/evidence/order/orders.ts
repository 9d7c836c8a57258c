/** What must hold between the events that were written and those that were given. */
import { expect } from "vitest";
import { orderKinds } from "../../../src/evidence/order/events.js";
import { ticketCounter } from "../../../src/evidence/order/format.js";
import type { WrittenOrderEvent } from "../../support/order-events.js";
import type { GivenEvent, GivenEvents } from "./read-all.js";

/** Whether events of a kind have a ticket. */
export function isTicketed(kind: number): boolean {
  return kind >= orderKinds.acquire && kind <= orderKinds.update;
}

function counterOf(value: number): number {
  return ticketCounter(value >>> 0, Math.floor(value / 2 ** 32));
}

/** An event as text, with its stack's PCs where these are known. */
function shown(event: WrittenOrderEvent | GivenEvent, stack: string): string {
  const { kind, goroutine, value = 0, number = 0 } = event;
  return [kind, goroutine, value, isTicketed(kind) ? "" : number, stack].join(" ");
}

/** The events of each goroutine and of each counter, as texts in their order. */
function sequences(
  events: readonly (WrittenOrderEvent | GivenEvent)[],
  stackOf: (event: WrittenOrderEvent | GivenEvent) => string,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const add = (key: string, text: string): void => {
    const list = found.get(key) ?? [];
    list.push(text);
    found.set(key, list);
  };
  for (const event of events) {
    const text = shown(event, stackOf(event));
    add(`goroutine ${event.goroutine}`, text);
    if (isTicketed(event.kind)) {
      add(`counter ${counterOf(event.value ?? 0)}`, text);
    }
  }
  return found;
}

/** No goroutine has an event before its start or after its end. */
function checkLives(events: readonly GivenEvent[]): void {
  const seen = new Set<number>();
  const ended = new Set<number>();
  for (const { goroutine, kind, value } of events) {
    expect(ended.has(goroutine)).toBe(false);
    seen.add(goroutine);
    if (kind === orderKinds.start) {
      expect(seen.has(value)).toBe(false);
    }
    if (kind === orderKinds.end) {
      ended.add(goroutine);
    }
  }
}

/** Everything was given, once, with its stack, in the order of each goroutine and of each counter. */
export function expectAll(written: readonly WrittenOrderEvent[], given: GivenEvents): void {
  const before = sequences(written, ({ stack }) => (stack as readonly number[]).join("+"));
  const after = sequences(given.events, ({ stack }) => given.stack(stack as number).join("+"));
  expect(Object.fromEntries(after)).toEqual(Object.fromEntries(before));
  checkLives(given.events);
  expect(given.coverage).toMatchObject({ events: written.length, notPlaced: 0, damage: [], cutShort: null });
}

/**
 * What was given is right as far as it goes: of each goroutine and of each counter the first events, none left out in between, and
 * of a goroutine that was started only what follows on its start.
 */
export function expectBeginnings(written: readonly WrittenOrderEvent[], given: GivenEvents): void {
  const before = sequences(written, () => "");
  const after = sequences(given.events, () => "");
  for (const [key, texts] of after) {
    expect(texts).toEqual(before.get(key)?.slice(0, texts.length));
  }
  checkLives(given.events);
  const started = new Set(
    given.events.filter(({ kind }) => kind === orderKinds.start).map(({ value }) => value),
  );
  const children = new Set(
    written.filter(({ kind }) => kind === orderKinds.start).map(({ value }) => value ?? 0),
  );
  for (const { goroutine } of given.events) {
    expect(!children.has(goroutine) || started.has(goroutine)).toBe(true);
  }
  expect(given.coverage.events).toBe(given.events.length);
}
