import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listOfTable } from "../../../src/document/goroutines/table-list.js";
import { GoroutineSearch, StackMembers } from "../../../src/document/goroutines/search.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import type { GoroutineTable } from "../../../src/evidence/crashtext/goroutine-table.js";
import { wholeText } from "../../support/shop-crash.js";

const context = { modulePath: null, goroot: null };

async function tableOf(text: string): Promise<GoroutineTable> {
  const { reports } = await readCrashText(text, { everyGoroutine: true });
  const [report] = reports;
  if (report?.kind !== "dump" || report.table === null) {
    throw new Error("no dump with a table");
  }
  return report.table;
}

/** A dump of goroutines that wait in workers, each worker in `different` many lines. */
function dump(count: number, different: number): string {
  const goroutines = Array.from(
    { length: count },
    (_, index) => `goroutine ${index + 2} [chan receive, ${index % 7} minutes]:
main.worker(0xc000${(index * 64).toString(16).padStart(6, "0")})
	/srv/worker.go:${(index % different) + 1} +0x1d
created by main.main in goroutine 1
	/srv/main.go:9 +0x33
`,
  );
  return `fatal error: concurrent map writes\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/main.go:12 +0x1d\n\n${goroutines.join("\n")}`;
}

describe("every goroutine of a dump", () => {
  it("is there with its id, its stack, its line and how long it waits", async () => {
    const list = listOfTable(await tableOf(wholeText), context);
    expect(Array.from(list.ids)).toEqual([18, 1, 17, 19]);
    const goroutine = 2;
    expect(list.one(goroutine)).toEqual({ waitMinutes: null, textLine: 15 });
    expect(list.stack(list.stackOf[goroutine] ?? -1)).toMatchObject({
      state: "runnable",
      count: 1,
      startedBy: 1,
      stack: [
        { function: "main.(*Cache).Put", line: 13, origin: "own" },
        { function: "main.main.func1", line: 9 },
      ],
      startedAt: [{ function: "main.main", line: 7 }],
    });
  });

  it("is there whether stacks are equal or all different", async () => {
    for (const different of [3, 6000]) {
      const list = listOfTable(await tableOf(dump(6000, different)), context);
      expect(list.count).toBe(6001);
      expect(list.stackCount).toBe(different + 1);
      expect(new Set(Array.from(list.ids)).size).toBe(6001);
      const search = new GoroutineSearch(list);
      const members = new StackMembers(list);
      const { stacks, goroutines } = search.find({
        text: "worker.go:3",
        state: "",
        own: true,
        only: undefined,
      });
      expect(goroutines).toBe([...stacks].reduce((sum, stack) => sum + members.of(stack).length, 0));
      expect(stacks.length).toBe(different === 3 ? 1 : 1111);
      const of = search.goroutineOf(6001) ?? -1;
      expect(list.one(of)).toEqual({ waitMinutes: 5999 % 7, textLine: 7 + 6 * 5999 });
    }
  });

  it("is not asked for by the command line: a case stays small", async () => {
    const { reports } = await readCrashText(wholeText);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ table: null });
  });

  it("from a page that anyone may have made leads to no error, whatever its numbers are", () => {
    const numbers = fc.array(fc.integer({ min: -1, max: 6 }), { maxLength: 6 });
    const table = fc.record({
      texts: fc.array(fc.string(), { maxLength: 4 }),
      frames: fc.record({ functions: numbers, files: numbers, lines: numbers, inlined: numbers }),
      stacks: fc.record({
        states: numbers,
        remarks: numbers,
        unavailable: numbers,
        framesElided: numbers,
        createdAt: numbers,
        createdBy: numbers,
        begins: numbers,
        frameList: numbers,
      }),
      goroutines: fc.record({ ids: numbers, stacks: numbers, waitMinutes: numbers, textLines: numbers }),
      notListed: fc.nat(),
    });
    fc.assert(
      fc.property(table, fc.string({ maxLength: 3 }), (any, text) => {
        const list = listOfTable(any, context);
        const { stacks } = new GoroutineSearch(list).find({ text, state: "", own: true, only: undefined });
        const members = new StackMembers(list);
        for (const stack of stacks) {
          expect(members.of(stack).length).toBeLessThanOrEqual(list.count);
          expect(list.stack(stack).stack.length).toBeLessThanOrEqual(any.stacks.frameList.length);
        }
      }),
    );
  });
});
