import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GivenStack, listOf } from "../../../src/document/goroutines/goroutine-list.js";
import { GoroutineSearch, StackMembers } from "../../../src/document/goroutines/search.js";

const plain: GivenStack = {
  ids: [],
  textLine: null,
  state: "",
  wait: "",
  remarks: "",
  unavailable: null,
  stack: [],
  stackCut: false,
  startedAt: [],
  startedBy: null,
  waitsOn: [],
  count: 1,
};

const frame = (name: string, file: string, line: number, origin: "own" | "standard" = "own") => ({
  function: name,
  file,
  line,
  inlined: false,
  origin,
});

const stacks: readonly GivenStack[] = [
  { ...plain, ids: [1], state: "select (no cases)", stack: [frame("main.main", "/srv/main.go", 22)] },
  {
    ...plain,
    ids: [7, 9, 11],
    count: 5,
    state: "chan receive",
    wait: "3 min",
    stack: [frame("main.worker", "/srv/Worker.go", 12), frame("main.main", "/srv/main.go", 22)],
  },
  {
    ...plain,
    ids: [123456],
    state: "IO wait",
    stack: [frame("internal/poll.runtime_pollWait", "/go/src/runtime/netpoll.go", 351, "standard")],
  },
];

const search = new GoroutineSearch(listOf(stacks, 7, []), [123456]);
const found = (text: string, more: { state?: string; own?: boolean; only?: ReadonlySet<number> } = {}) => {
  const { stacks: kept, goroutines } = search.find({
    text,
    state: more.state ?? "",
    own: more.own ?? false,
    only: more.only,
  });
  return { stacks: [...kept], goroutines };
};

describe("the search for goroutines", () => {
  it("gives all when nothing is asked for, those that matter first, then the largest groups", () => {
    expect(found("")).toEqual({ stacks: [2, 1, 0], goroutines: 7 });
  });

  it.each<[string, readonly number[], number]>([
    ["worker", [1], 5],
    ["WORKER.GO:12", [1], 5],
    ["main.main", [1, 0], 6],
    ["chan receive", [1], 5],
    ["receive main.main chan", [1], 5],
    ["3 min", [1], 5],
    ["io wait", [2], 1],
    ["g123456", [2], 1],
    ["123456", [2], 1],
    ["g9", [1], 1],
    ["g9 select", [], 0],
    ["g10", [], 0],
    ["nothing of the kind", [], 0],
  ])("finds %j", (text, stackIndexes, goroutines) => {
    expect(found(text)).toEqual({ stacks: stackIndexes, goroutines });
  });

  it("leaves what is in a state, runs own code, or is one of some goroutines", () => {
    expect(found("", { state: "IO wait" }).stacks).toEqual([2]);
    expect(found("", { own: true }).stacks).toEqual([1, 0]);
    expect(found("", { only: new Set([9, 1]) }).stacks).toEqual([1, 0]);
    expect(search.states()).toEqual([
      { state: "chan receive", count: 5 },
      { state: "IO wait", count: 1 },
      { state: "select (no cases)", count: 1 },
    ]);
  });

  it("finds a word exactly where a plain look at each stack finds it", () => {
    const word = fc.stringMatching(/^[ab./:1]{1,4}$/);
    const anyStack = fc.record({
      state: word,
      frames: fc.array(fc.record({ name: word, file: word, line: fc.integer({ min: 1, max: 20 }) })),
    });
    fc.assert(
      fc.property(fc.array(anyStack, { maxLength: 12 }), word, (all, wanted) => {
        const given = all.map(({ state, frames }, index): GivenStack => ({
          ...plain,
          ids: [index + 1000],
          state,
          stack: frames.map(({ name, file, line }) => frame(name, file, line)),
        }));
        const expected = all.flatMap(({ state, frames }, index) =>
          [state, ...frames.map(({ name, file, line }) => `${name} ${file}:${line}`)].some((text) =>
            text.includes(wanted),
          )
            ? [index]
            : [],
        );
        const { stacks: kept } = new GoroutineSearch(listOf(given, given.length, [])).find({
          text: wanted,
          state: "",
          own: false,
          only: undefined,
        });
        expect([...kept].toSorted((one, other) => one - other)).toEqual(expected);
      }),
    );
  });
});

describe("the goroutines of a stack", () => {
  it("are all there, in the order of the list", () => {
    const list = listOf(stacks, 7, []);
    const members = new StackMembers(list);
    expect([...members.of(1)].map((goroutine) => list.ids[goroutine])).toEqual([7, 9, 11]);
    expect([...members.of(7)]).toEqual([]);
  });
});
