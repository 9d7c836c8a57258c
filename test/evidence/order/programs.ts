/** Random programs of which each event is put down by some writer, in the order in which they really happen. */
import fc from "fast-check";
import { orderKinds } from "../../../src/evidence/order/events.js";
import type { WrittenOrderEvent } from "../../support/order-events.js";

const addresses = [0xc0_0000_0010, 0xc0_0000_0018, 0x7f12_3456_789c, 8, 0x1f_ffff_ffff_fff8];

/** What one step of a program does; a number stands for "one of those that there are". */
export interface Step {
  readonly who: number;
  readonly what: number;
  readonly where: number;
  readonly writer: number;
  /** Whether the goroutine goes on where it was, or anywhere. */
  readonly moves: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat({ max: 50 }),
  what: fc.nat({ max: 20 }),
  where: fc.nat({ max: 50 }),
  writer: fc.nat({ max: 50 }),
  moves: fc.boolean(),
});

const plainKinds = [
  orderKinds.holds,
  orderKinds.holdsNone,
  orderKinds.reseeded,
  orderKinds.access + 1,
  orderKinds.access + 2,
  orderKinds.access + 6,
];
const ticketedKinds = [
  orderKinds.acquire,
  orderKinds.release,
  orderKinds.merge,
  orderKinds.releaseAcquire,
  orderKinds.update,
];

/** Events of a program with at most so many writers. Each has a value of its own in `number` where it has no ticket. */
export function program(writers: number, maxLength = 200, minLength = 0): fc.Arbitrary<WrittenOrderEvent[]> {
  return fc.array(step, { minLength, maxLength }).map((steps) => programOf(steps, writers));
}

/** The events of a program that takes these steps. */
export function programOf(steps: readonly Step[], writers: number): WrittenOrderEvent[] {
  const alive = [1];
  const at = new Map([[1, 1]]);
  const ended = new Set<number>();
  let last = 1;
  const events: WrittenOrderEvent[] = [];
  for (const { who, what, where, writer, moves } of steps) {
    const goroutine = alive[who % alive.length];
    if (goroutine === undefined) {
      break;
    }
    if (moves) {
      at.set(goroutine, 1 + (writer % writers));
    }
    const own = { goroutine, writer: at.get(goroutine)!, stack: [0x40_1000 + where, 0x40_2000 + what] };
    if (what < 3) {
      // Ids beyond 2^32 too.
      const child = (last += 1 + where * 0x1000_0001);
      alive.push(child);
      at.set(child, own.writer);
      events.push({ ...own, kind: orderKinds.start, value: child, number: events.length });
    } else if (what < 5 && alive.length > 1) {
      alive.splice(alive.indexOf(goroutine), 1);
      ended.add(goroutine);
      events.push({ ...own, kind: orderKinds.end, value: 0, number: events.length });
    } else if (what < 13) {
      const kind = ticketedKinds[what % ticketedKinds.length]!;
      events.push({ ...own, kind, value: addresses[where % addresses.length]! });
    } else {
      const kind = plainKinds[what % plainKinds.length]!;
      events.push({ ...own, kind, value: 0xc0_0010_0000 + where * 8, number: events.length });
    }
  }
  return events;
}
