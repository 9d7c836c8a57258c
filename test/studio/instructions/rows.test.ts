import { describe, expect, it } from "vitest";
import { compareFunctions } from "../../../src/analysis/asm/compare.js";
import { arcsBetween, arcsOf, lanes } from "../../../studio/views/instructions/arcs.js";
import { nextPlace, placesIn } from "../../../studio/views/instructions/places.js";
import { cellBits, registerCells } from "../../../studio/views/instructions/registers.js";
import {
  listingRows,
  nextInstructions,
  rowsOfInstructions,
  type ListingRow,
} from "../../../studio/views/instructions/rows.js";
import { textParts } from "../../../studio/views/instructions/text-parts.js";
import { barParts, windowsOf } from "../../../studio/views/instructions/windows.js";
import { codeView, writerView } from "./views.js";

/** `+0x3e`, or nothing. */
const offsets = (view: Awaited<ReturnType<typeof writerView>>, rows: readonly ListingRow[]): string[] =>
  rows.map((row) =>
    row.kind === "source"
      ? "source"
      : `+0x${(view.instructions[row.left ?? -1]?.offset ?? Number.NaN).toString(16)}`,
  );

describe("the rows", () => {
  it("name the source position before the instructions that were made from it, once", async () => {
    const view = await writerView();
    const rows = listingRows({ left: view, right: undefined, comparison: undefined }, "left", true);
    expect(offsets(view, rows).slice(0, 2)).toEqual(["source", "+0x0"]);
    const code = rows.filter(({ kind }) => kind === "code");
    expect(code).toHaveLength(43);
    const changes = view.instructions.filter(
      ({ position }, index) => position !== view.instructions[index - 1]?.position,
    );
    expect(rows.filter(({ kind }) => kind === "source")).toHaveLength(changes.length);
    const without = listingRows({ left: view, right: undefined, comparison: undefined }, "left", false);
    expect(without).toHaveLength(43);
  });

  it("keep their numbers when one of two functions is shown", async () => {
    const [left, right] = [await writerView(), await codeView("48 89 c3 90 c3")];
    const comparison = compareFunctions(left, right);
    const all = { left, right, comparison };
    const both = listingRows(all, "both", false);
    const only = listingRows(all, "right", false);
    expect(both).toHaveLength(comparison.rows.length);
    expect(only.map((row) => row.kind === "code" && row.right)).toEqual([0, 1, 2]);
    for (const row of only) {
      const same = row.kind === "code" ? both[row.number] : undefined;
      expect(same?.kind === "code" && same.right).toBe(row.kind === "code" && row.right);
    }
    expect(new Set(both.map((row) => row.kind === "code" && row.sign))).toContain("<");
    const signs = (aligned: boolean): string[] => [
      ...new Set(
        listingRows({ left, right, comparison: { rows: comparison.rows, aligned } }, "both", false).map(
          (row) => (row.kind === "code" ? row.sign : ""),
        ),
      ),
    ];
    expect(signs(true)).not.toContain("≠");
    expect(signs(false)).not.toContain("~");
  });

  it("know where each instruction is, and which one comes next", async () => {
    const view = await writerView();
    const rows = listingRows({ left: view, right: undefined, comparison: undefined }, "left", true);
    const where = rowsOfInstructions(rows, "left", 43);
    expect([...where].every((row, index) => rows[row]?.kind === "code" && rows[row].left === index)).toBe(
      true,
    );
    const next = nextInstructions(rows, "left");
    expect(next[0]).toBe(0);
    expect(next.at(-1)).toBe(42);
    expect(rowsOfInstructions(rows, "right", 3)).toEqual(Int32Array.of(-1, -1, -1));
  });
});

describe("the window", () => {
  it("is a bar from the instruction that sets the mark to the one that clears it", async () => {
    const view = await writerView();
    const rows = listingRows({ left: view, right: undefined, comparison: undefined }, "left", true);
    const parts = barParts(view, rows, "left");
    const set = rows.findIndex(
      (row) => row.kind === "code" && view.instructions[row.left ?? -1]?.mark === "set",
    );
    expect(parts[set]).toBe("set");
    expect(parts.slice(0, set).every((part) => part === "")).toBe(true);
    const clear = parts.indexOf("clear");
    expect(view.instructions[(rows[clear] as { left: number }).left]?.mark).toBe("clear");
    // Also the rows that name a source position, and no row after it is left out.
    expect(new Set(parts.slice(set + 1, clear))).toEqual(new Set(["within"]));
    const within = rows.flatMap((row, index) =>
      row.kind === "code" && (parts[index] === "within" || parts[index] === "clear") ? [row.left] : [],
    );
    expect(within).toEqual(view.mark?.windows[0]?.within);
  });

  it("says in which windows an instruction lies", async () => {
    const view = await writerView();
    const [window] = view.mark?.windows ?? [];
    expect(windowsOf(view, window!.set)).toEqual([0]);
    expect(windowsOf(view, window!.within[0]!)).toEqual([0]);
    expect(windowsOf(view, 0)).toEqual([]);
  });

  it("is drawn over rows of the other function only, and not where there is none", async () => {
    const [left, right] = [await codeView("90 c3"), await writerView()];
    const rows = listingRows({ left, right, comparison: compareFunctions(left, right) }, "both", true);
    expect(new Set(barParts(left, rows, "left"))).toEqual(new Set([""]));
    const parts = barParts(right, rows, "right");
    expect(
      parts.slice(parts.indexOf("set") + 1, parts.indexOf("clear")).every((part) => part === "within"),
    ).toBe(true);
  });
});

describe("the register columns", () => {
  it("say of each instruction what it reads and writes, and where a value is wanted later", async () => {
    // mov %rax,%rbx; add %rcx,%rbx; ret
    const view = await codeView("48 89 c3 48 01 cb c3");
    const cells = registerCells(view);
    const cell = (index: number, register: string): number =>
      cells.cell(index, cells.registers.indexOf(register));
    expect(cell(0, "rax") & 3).toBe(cellBits.reads);
    expect(cell(0, "rbx") & 3).toBe(cellBits.writes);
    expect(cell(1, "rbx") & 3).toBe(cellBits.reads | cellBits.writes);
    expect(cell(0, "rbx") & cellBits.wantedBefore).toBe(0);
    expect(cell(0, "rbx") & cellBits.wantedAfter).not.toBe(0);
    expect(cell(0, "rcx") & cellBits.wantedBefore).not.toBe(0);
    expect(cell(2, "rsp") & cellBits.wantedAfter).toBe(0);
  });

  it("count what the table of registers counts", async () => {
    const view = await writerView();
    const { registers, cell } = registerCells(view);
    view.registers.forEach(({ register, reads, writes }, column) => {
      expect(registers[column]).toBe(register);
      const of = (bit: number): number =>
        view.instructions.filter((_, index) => (cell(index, column) & bit) !== 0).length;
      expect([of(cellBits.reads), of(cellBits.writes)]).toEqual([reads, writes]);
    });
  });
});

describe("the arcs", () => {
  it("lead from each jump within the function to where it goes, and never lie on each other", async () => {
    const view = await writerView();
    const rows = listingRows({ left: view, right: undefined, comparison: undefined }, "left", true);
    const arcs = arcsOf(view, rowsOfInstructions(rows, "left", view.instructions.length));
    const jumps = view.instructions.filter(
      ({ instruction: { flow, target } }) =>
        flow.endsWith("branch") &&
        view.instructions.some(({ instruction }) => instruction.address === target),
    );
    expect(arcs).toHaveLength(jumps.length);
    expect(arcs.length).toBeGreaterThan(3);
    for (const arc of arcs) {
      expect(view.instructions[arc.source]?.instruction.target).toBe(
        view.instructions[arc.target]?.instruction.address,
      );
      const others = arcs.filter((one) => one !== arc && one.lane !== undefined && one.lane === arc.lane);
      const [first, last] = [Math.min(arc.from, arc.to), Math.max(arc.from, arc.to)];
      expect(others.some(({ from, to }) => Math.min(from, to) <= last && Math.max(from, to) >= first)).toBe(
        false,
      );
    }
    expect(arcsBetween(arcs, 0, rows.length)).toHaveLength(arcs.length);
    expect(arcsBetween(arcs, rows.length + 1, rows.length + 2)).toHaveLength(0);
  });

  it("have ends only where all lanes are taken, in a function of thousands of jumps", async () => {
    // jne to the end, 4000 times
    const code = Array.from({ length: 4000 }, (_, index) => {
      const distance = 6 * (3999 - index);
      return `0f 85 ${[0, 8, 16, 24].map((shift) => ((distance >> shift) & 255).toString(16).padStart(2, "0")).join(" ")}`;
    });
    const view = await codeView(`${code.join(" ")} c3`);
    const rows = listingRows({ left: view, right: undefined, comparison: undefined }, "left", false);
    const arcs = arcsOf(view, rowsOfInstructions(rows, "left", view.instructions.length));
    expect(arcs).toHaveLength(4000);
    expect(arcs.filter(({ lane }) => lane !== undefined)).toHaveLength(lanes);
  });
});

describe("places", () => {
  it("are found by kind and by text, and come round", async () => {
    const view = await writerView();
    const rows = listingRows({ left: view, right: undefined, comparison: undefined }, "left", true);
    const functions = { left: view, right: undefined };
    const said = (kind: "mark" | "fatal" | "call" | "found", text = ""): string[] =>
      placesIn(rows, functions, kind, text).map((index) => offsets(view, rows)[index]!);
    expect(said("mark")).toEqual(["+0x1c", "+0x3e", "+0x58", "+0x64"]);
    expect(said("fatal")).toHaveLength(2);
    expect(said("call").length).toBeGreaterThan(2);
    expect(said("found", "+0x3e")).toEqual(["+0x3e"]);
    expect(said("found", "SETS the MARK")).toEqual(["+0x3e"]);
    expect(said("found", "nothing of this kind")).toEqual([]);
    expect(said("found", " ")).toEqual([]);
    const places = placesIn(rows, functions, "mark", "");
    expect(nextPlace(places, -1, 1)).toBe(places[0]);
    expect(nextPlace(places, places.at(-1)!, 1)).toBe(places[0]);
    expect(nextPlace(places, places[0]!, -1)).toBe(places.at(-1));
    expect(nextPlace([], 3, 1)).toBeUndefined();
  });
});

describe("the text of an instruction", () => {
  it("is cut into parts that are together the text", async () => {
    const view = await writerView();
    for (const one of view.instructions) {
      expect(
        textParts(one)
          .map(({ text }) => text)
          .join(""),
      ).toBe(one.text);
    }
    const kinds = view.instructions.flatMap((one) =>
      textParts(one).map(({ kind, text }) => `${kind} ${text.trim()}`),
    );
    for (const expected of [
      "name mov",
      "register %rbx",
      "number 0x8",
      "call call",
      "symbol runtime.fatal",
      "jump jbe",
    ]) {
      expect(kinds).toContain(expected);
    }
  });

  it("is cut where it is too long, and harmless", async () => {
    const [one] = (await codeView("90")).instructions;
    const long = textParts({ ...one!, text: `mov \u001b[31m\u202e${"x".repeat(10_000_000)}` });
    const text = long.map((part) => part.text).join("");
    expect(text.length).toBeLessThan(500);
    expect(text).toContain("\\x1b[31m\\u202e");
  });
});
