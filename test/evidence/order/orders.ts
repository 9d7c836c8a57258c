/** What must hold between the events that were written and those that were given. */
import { expect } from "vitest";
import { orderKinds } from "../../../src/evidence/order/events.js";
import { ticketCounter } from "../../../src/evidence/order/format.js";
import type { WrittenOrderEvent } from "../../support/order-events.js";
import type { GivenEvent, GivenEvents } from "./read-all.js";

function isTicketed(kind: number): boolean {
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

/** Events of goroutines before their start or after their end; there should be none. */
function outsideLives(events: readonly GivenEvent[]): GivenEvent[] {
  const seen = new Set<number>();
  const ended = new Set<number>();
  return events.filter(({ goroutine, kind, value }) => {
    const outside = ended.has(goroutine) || (kind === orderKinds.start && seen.has(value));
    seen.add(goroutine);
    if (kind === orderKinds.end) {
      ended.add(goroutine);
    }
    return outside;
  });
}

/** Everything was given, once, with its stack, in the order of each goroutine and of each counter. */
export function expectAll(written: readonly WrittenOrderEvent[], given: GivenEvents): void {
  const before = sequences(written, ({ stack }) => (stack as readonly number[]).join("+"));
  const after = sequences(given.events, ({ stack }) => given.stack(stack as number).join("+"));
  expect(asTexts(after)).toEqual(asTexts(before));
  expect(outsideLives(given.events)).toEqual([]);
  expect(given.coverage).toMatchObject({ events: written.length, notPlaced: 0, damage: [], cutShort: null });
}

/**
 * What was given is right as far as it goes: of each goroutine and of each counter the first events, none left out in between, and
 * of a goroutine that was started only what follows on its start.
 */
export function expectBeginnings(written: readonly WrittenOrderEvent[], given: GivenEvents): void {
  const before = sequences(written, () => "");
  const after = sequences(given.events, () => "");
  const beginnings = [...after].map(([key, texts]) => [key, before.get(key)?.slice(0, texts.length)]);
  expect([...after]).toEqual(beginnings);
  expect(outsideLives(given.events)).toEqual([]);
  const started = new Set(
    given.events.filter(({ kind }) => kind === orderKinds.start).map(({ value }) => value),
  );
  const children = new Set(
    written.filter(({ kind }) => kind === orderKinds.start).map(({ value }) => value ?? 0),
  );
  expect(given.events.filter(({ goroutine }) => children.has(goroutine) && !started.has(goroutine))).toEqual(
    [],
  );
  expect(given.coverage.events).toBe(given.events.length);
}

/** Each sequence as one text, which is compared much faster than a list. */
function asTexts(found: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...found].map(([key, texts]) => [key, texts.join("\n")]));
}
