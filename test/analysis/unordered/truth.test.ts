import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOrder } from "../../../src/analysis/unordered/read-order.js";
import type { Finding } from "../../../src/case/case.js";
import { openOrderEvents } from "../../../src/evidence/order/open.js";
import { orderSourceOf } from "../../../src/evidence/order/source.js";
import { readEventFile } from "../../../src/evidence/ring/read.js";
import { encodeOrderFile } from "../../support/order-events.js";
import { type RandomProgram, randomPrograms, type Told } from "../../support/random-order.js";
import { shopCase } from "../../support/incidents.js";

/** All findings in a program that ran. */
async function findingsIn({ events, binary }: RandomProgram): Promise<Finding[]> {
  const bytes = encodeOrderFile(events, { chunkSize: 1024, header: { delays: 0, identity: 0n } });
  const eventFile = readEventFile(bytes, "x.maptrap");
  const order = await readOrder(openOrderEvents(orderSourceOf(bytes, "x.maptrap")), {
    header: eventFile.header,
    binary,
  });
  expect(order.coverage.notPlaced).toBe(0);
  return shopCase({ processes: [{ eventFile, binary, run: 1, order }] }).findings;
}

/** A finding with the events that it is about. */
interface Checked {
  readonly program: RandomProgram;
  readonly finding: Finding;
  readonly a: Told;
  readonly b: Told;
}

const at = String.raw`x\.go:(\d+)`;
const call = String.raw`[\w.]+(?: \w+)?`;

/** Each form of a sentence, and whether what it says is so. */
const forms: readonly (readonly [
  name: string,
  pattern: RegExp,
  isTrue: (found: string[], one: Checked) => boolean,
])[] = [
  [
    "no lock",
    /^Neither side holds a Mutex or an RWMutex\.$/,
    (_, { a, b }) => a.held.size + b.held.size === 0,
  ],
  [
    "lock missing",
    new RegExp(`^([AB]) holds (.*); ([AB]) holds no lock here\\.$`),
    ([, holder, locks = ""], one) =>
      sideOf(one, holder === "A" ? "B" : "A").held.size === 0 && areLocks(locks, sideOf(one, holder), one),
  ],
  [
    "readers only",
    new RegExp(
      `^Both sides hold the same lock for readers only \\(RLock at ${at}(?: and ${at})?\\), and RLock does not keep other readers out\\.$`,
    ),
    ([, first = "", second = first], { a, b }) => {
      const common = [...a.held.keys()].filter((lock) => b.held.has(lock));
      const lines = new Set([first, second].map(Number));
      return common.some((lock) => {
        const held = [a.held.get(lock), b.held.get(lock)];
        return held.every((one) => one?.reading === true && lines.has(one.line));
      });
    },
  ],
  [
    "different locks",
    /^A holds (.*); B holds another lock: (.*)\. Different locks do not keep each other out\.$/,
    ([, first = "", second = ""], one) =>
      areLocks(first, one.a, one) &&
      areLocks(second, one.b, one) &&
      [...one.a.held.keys()].every((lock) => !one.b.held.has(lock)),
  ],
  [
    "unlocked before",
    new RegExp(
      `^([AB])'s (\\w+) comes after (${call}) at ${at}, which gave back the lock that ([AB]) holds: the lock no longer protects it\\.$`,
    ),
    ([, early, access, how, line, late], one) => {
      const side = sideOf(one, early);
      const release = one.program.told[Number(line) - 1];
      return (
        access === side.step &&
        isCall(how, release) &&
        isEarlier(release, side) &&
        release !== undefined &&
        sideOf(one, late).held.has(release.subject) &&
        !side.held.has(release.subject)
      );
    },
  ],
  [
    "released before",
    new RegExp(
      `^([AB])'s (\\w+) comes after (${call}) at ${at}, so ([AB])'s (${call}) at ${at}, on the same \\w+, does not cover it\\.$`,
    ),
    ([, early, access, how, line, late, acquiring, acquired], one) => {
      const side = sideOf(one, early);
      const release = one.program.told[Number(line) - 1];
      const acquire = one.program.told[Number(acquired) - 1];
      return (
        access === side.step &&
        early !== late &&
        isCall(how, release) &&
        isCall(acquiring, acquire) &&
        isEarlier(release, side) &&
        isEarlier(acquire, sideOf(one, late)) &&
        release?.subject === acquire?.subject &&
        !one.program.before(side.line, acquire?.line ?? 0)
      );
    },
  ],
  [
    "access after",
    new RegExp(`^([AB])'s (\\w+) comes after (${call}) at ${at}(?:: who .*|, which gave the lock back)\\.$`),
    ([, early, access, how, line], one) => {
      const side = sideOf(one, early);
      const release = one.program.told[Number(line) - 1];
      return access === side.step && isCall(how, release) && isEarlier(release, side);
    },
  ],
  [
    "started",
    new RegExp(
      `^([AB])'s goroutine started that of ([AB]) at ${at} and went on: ([AB])'s (\\w+) comes after that go statement, and nothing makes it wait for ([AB])'s (\\w+)\\.$`,
    ),
    ([, starter, started, line, again, access, other, otherAccess], one) => {
      const statement = one.program.told[Number(line) - 1];
      const [side, child] = [sideOf(one, starter), sideOf(one, started)];
      return (
        starter === again &&
        started === other &&
        statement?.step === "go" &&
        statement.subject === child.goroutine &&
        isEarlier(statement, side) &&
        access === side.step &&
        otherAccess === child.step &&
        !one.program.before(child.line, side.line)
      );
    },
  ],
  [
    "siblings",
    new RegExp(
      `^One goroutine started both, at ${at} and ${at}, and nothing makes one of the two wait for the other\\.$`,
    ),
    ([, first, second], { program, a, b }) => {
      const [one, other] = [program.told[Number(first) - 1], program.told[Number(second) - 1]];
      return (
        one?.step === "go" &&
        other?.step === "go" &&
        one.goroutine === other.goroutine &&
        one.subject === a.goroutine &&
        other.subject === b.goroutine
      );
    },
  ],
  [
    "waited for nobody",
    new RegExp(
      `^Since ([AB])'s goroutine was started at ${at}, nothing makes its (\\w+) come after another goroutine's accesses to maps\\.$`,
    ),
    ([, letter, line, access], one) => {
      const side = sideOf(one, letter);
      const statement = one.program.told[Number(line) - 1];
      const foreign = one.program.told.filter(
        (told) =>
          told.line > Number(line) &&
          told.goroutine !== side.goroutine &&
          one.program.before(told.line, side.line),
      );
      return statement?.subject === side.goroutine && access === side.step && foreign.length === 0;
    },
  ],
];

function sideOf({ a, b }: Checked, letter: string | undefined): Told {
  return letter === "A" ? a : b;
}

function isEarlier(one: Told | undefined, side: Told): boolean {
  return one !== undefined && one.goroutine === side.goroutine && one.line < side.line;
}

const calls: Readonly<Record<string, string>> = {
  lock: "Mutex.Lock",
  unlock: "Mutex.Unlock",
  rlock: "RWMutex.RLock",
  runlock: "RWMutex.RUnlock",
  done: "WaitGroup.Done",
  wait: "WaitGroup.Wait",
  send: "channel send",
  receive: "channel receive",
  close: "channel close",
  store: "atomic.Bool.Store",
  load: "atomic.Bool.Load",
};

function isCall(how: string | undefined, told: Told | undefined): boolean {
  return told !== undefined && calls[told.step] === how;
}

/** Whether a text names all the locks that a side holds: `a lock, locked at x.go:3; and a lock for readers only (RLock at x.go:5)`. */
function areLocks(words: string, side: Told, { finding }: Checked): boolean {
  const own = words.replace(", which does not keep other readers out", "");
  if (own !== words && !(side.step === "write" && [...side.held.values()].every(({ reading }) => reading))) {
    return false;
  }
  const named = [
    ...own.matchAll(new RegExp(`a lock(?:, locked at ${at}| for readers only \\(RLock at ${at}\\))`, "g")),
  ];
  expect(finding.certainty).toBe("unordered");
  return (
    named.length === side.held.size &&
    named.every(([, locked, readers]) =>
      [...side.held.values()].some(
        ({ line, reading }) => line === Number(locked ?? readers) && reading === (readers !== undefined),
      ),
    )
  );
}

describe("sentences about order", () => {
  it("say only what the events say", async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(randomPrograms(60), async (program) => {
        for (const finding of await findingsIn(program)) {
          const [a, b] = finding.sides.map(({ site }) => program.told[(site?.line ?? 0) - 1]);
          if (a === undefined || b === undefined) {
            throw new Error("a side is at no line of the program");
          }
          expect([a.subject, b.subject]).toEqual([a.subject, a.subject]);
          expect(program.before(a.line, b.line) || program.before(b.line, a.line)).toBe(false);
          for (const sentence of finding.reasons.slice(1)) {
            const form = forms.find(([, pattern]) => pattern.test(sentence));
            expect(form, sentence).toBeDefined();
            const found = form?.[1].exec(sentence) ?? [];
            expect(form?.[2]([...found], { program, finding, a, b }), sentence).toBe(true);
            seen.set(form?.[0] ?? "", (seen.get(form?.[0] ?? "") ?? 0) + 1);
          }
        }
      }),
      // The rarest form is met seven times in 300 programs, and now and then only once.
      { numRuns: 1000 },
    );
    // A form that was never met was not checked.
    expect([...seen.keys()].toSorted()).toEqual(forms.map(([name]) => name).toSorted());
  });
});
