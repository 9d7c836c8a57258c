/** All goroutines of a stopped program, grouped by where they are and what they wait for. */
import type { StoppedGroup } from "../../case/case.js";
import type { Goroutine, GoroutineStack, WaitsOn } from "../../golang/runtime/goroutine.js";
import { hexadecimal, stackFrames, startFrames } from "./frames.js";
import type { StoppedProgram } from "../../evidence/stopped/stopped-program.js";

/** How many groups are listed, ids and things waited on of a group. */
const mostGroups = 60;
const mostIds = 20;
const mostWaitedOn = 4;

interface Group {
  readonly first: Goroutine;
  readonly stack: GoroutineStack;
  readonly ids: number[];
  readonly waitsOn: Map<number, WaitsOn>;
  count: number;
  shortest: number;
  longest: number;
}

/** Groups goroutines; those on threads come first, then the largest groups; the runtime's own are last. */
export function groupGoroutines(
  program: StoppedProgram,
  now: number | undefined,
): { readonly groups: StoppedGroup[]; readonly notListed: number; readonly count: number } {
  const groups = new Map<string, Group>();
  let count = 0;
  for (const goroutine of program.goroutines) {
    if (goroutine.status === "dead" || goroutine.status === "idle") {
      continue;
    }
    count += 1;
    const stack = program.stackOf(goroutine);
    const key = [
      goroutine.status,
      goroutine.waitReason ?? "",
      ...stack.frames.map(({ pc }) => pc.toString(36)),
      goroutine.startedAt ?? 0,
    ].join(" ");
    const known = groups.get(key);
    const group = known ?? newGroup(goroutine, stack);
    add(group, goroutine, now);
    if (known === undefined) {
      groups.set(key, group);
    }
  }
  const all = [...groups.values()].toSorted(
    (one, other) => rank(one) - rank(other) || other.count - one.count,
  );
  return {
    count,
    groups: all.slice(0, mostGroups).map((group) => caseGroup(group, program)),
    notListed: Math.max(0, all.length - mostGroups),
  };
}

function newGroup(first: Goroutine, stack: GoroutineStack): Group {
  return { first, stack, ids: [], waitsOn: new Map(), count: 0, shortest: Infinity, longest: 0 };
}

function add(group: Group, goroutine: Goroutine, now: number | undefined): void {
  group.count += 1;
  if (group.ids.length < mostIds) {
    group.ids.push(goroutine.id);
  }
  for (const one of goroutine.waitsOn) {
    if (group.waitsOn.size < mostWaitedOn) {
      group.waitsOn.set(one.address, one);
    }
  }
  if (goroutine.waitingSince !== undefined && now !== undefined && goroutine.waitingSince <= now) {
    group.shortest = Math.min(group.shortest, now - goroutine.waitingSince);
    group.longest = Math.max(group.longest, now - goroutine.waitingSince);
  }
}

function rank({ first }: Group): number {
  return first.system ? 2 : first.thread === undefined ? 1 : 0;
}

function caseGroup(
  { first, stack, ids, waitsOn, count, shortest, longest }: Group,
  { symbols }: StoppedProgram,
): StoppedGroup {
  return {
    count,
    ids,
    status: first.status,
    waitReason: first.waitReason ?? null,
    waitNanoseconds: shortest === Infinity ? null : [shortest, longest],
    waitsOn: [...waitsOn.values()].map((one) => ({
      kind: one.kind,
      address: hexadecimal(one.address),
      channel: one.channel ?? null,
    })),
    system: first.system,
    stack: stackFrames(stack),
    stackCut: stack.cut ?? null,
    startedAt: startFrames(first.startedAt, symbols),
  };
}
