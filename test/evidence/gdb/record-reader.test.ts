import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineFramer } from "../../../src/evidence/gdb/line-framer.js";
import { itemsOf, type MiValue, numberOf, textOf, valueOf } from "../../../src/evidence/gdb/record.js";
import { readRecord } from "../../../src/evidence/gdb/record-reader.js";
import { writeRequest } from "../../../src/evidence/gdb/request.js";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");
const read = (text: string) => readRecord(bytes(text));

describe("records", () => {
  test("a result with its token", () => {
    expect(read("12^done")).toEqual({
      kind: "result",
      token: 12,
      class: "done",
      results: { kind: "tuple", entries: [] },
    });
  });

  test("a stop, as GDB 13.1 writes it", () => {
    const record = read(
      '*stopped,reason="breakpoint-hit",disp="keep",bkptno="27",frame={addr="0x000000000046307c",func="??",args=[],arch="i386:x86-64"},thread-id="1",stopped-threads=["1"],core="0"',
    );
    expect(record.kind).toBe("exec");
    const results = record.kind === "exec" ? record.results : undefined;
    expect(textOf(results, "reason")).toBe("breakpoint-hit");
    expect(numberOf(results, "bkptno")).toBe(27);
    expect(numberOf(valueOf(results, "frame"), "addr")).toBe(0x46307c);
    expect(itemsOf(valueOf(results, "stopped-threads"))).toEqual(["1"]);
  });

  test("repeated names of a tuple and names within a list are kept", () => {
    const record = read(
      '1^done,stack=[frame={level="0"},frame={level="1"}],bkpt={number="1"},bkpt={number="2"}',
    );
    const results = record.kind === "result" ? record.results : undefined;
    expect(results?.entries.map(({ name }) => name)).toEqual(["stack", "bkpt", "bkpt"]);
    const stack = valueOf(results, "stack");
    expect(typeof stack === "object" ? stack.entries.map(({ name }) => name) : []).toEqual([
      "frame",
      "frame",
    ]);
  });

  test("octal escapes are bytes of UTF-8, and so are bytes as they are", () => {
    expect(read(String.raw`~"caf\303\251 \"x\"\n\t\\ é"`)).toEqual({
      kind: "stream",
      stream: "console",
      text: 'café "x"\n\t\\ é',
    });
  });

  test("what is no record is handed back as it is", () => {
    for (const line of [
      "",
      "warning: something",
      '*stopped,reason="x',
      "^",
      "(gdb) x",
      '1^done,a={b="c"',
      '~"x"y',
    ]) {
      expect(read(line)).toEqual({ kind: "other", line });
    }
    expect(read("(gdb) ")).toEqual({ kind: "prompt" });
  });

  test("nesting without end is refused", () => {
    expect(read(`1^done,a=${"[".repeat(100_000)}`).kind).toBe("other");
  });

  test("any bytes give a record", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (line) => {
        expect(readRecord(line).kind).toMatch(/^(result|exec|status|notify|stream|prompt|other)$/);
      }),
    );
  });
});

/** A value as GDB writes it: every byte that is not plain as three octal digits. */
function written(value: MiValue): string {
  if (typeof value === "string") {
    const escaped = [...Buffer.from(value, "utf8")].map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\${byte.toString(8).padStart(3, "0")}`,
    );
    return `"${escaped.join("")}"`;
  }
  const inside = value.entries
    .map(({ name, value: each }) => (name === undefined ? written(each) : `${name}=${written(each)}`))
    .join(",");
  return value.kind === "tuple" ? `{${inside}}` : `[${inside}]`;
}

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const { value: anyValue } = fc.letrec<{ value: MiValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.record({
      kind: fc.constant("tuple" as const),
      entries: fc.array(fc.record({ name, value: tie("value") }), { maxLength: 4 }),
    }),
    fc.record({
      kind: fc.constant("list" as const),
      entries: fc.array(fc.record({ name: fc.option(name, { nil: undefined }), value: tie("value") }), {
        maxLength: 4,
      }),
    }),
  ),
}));

test("what is written is read again, wherever the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ name, value: anyValue }), { maxLength: 4 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
      (entries, sizes) => {
        const line = `7^done${entries.map((entry) => `,${entry.name}=${written(entry.value)}`).join("")}`;
        const stream = bytes(`${line}\r\n(gdb) \n`);
        const found: unknown[] = [];
        const framer = new LineFramer((piece) => found.push(readRecord(piece)));
        for (let at = 0; at < stream.length;) {
          const size = Number(sizes.next().value ?? 1);
          framer.push(stream.subarray(at, at + size));
          at += size;
        }
        framer.end();
        expect(found).toEqual([
          { kind: "result", token: 7, class: "done", results: { kind: "tuple", entries } },
          { kind: "prompt" },
        ]);
      },
    ),
  );
});

describe("lines", () => {
  test("one that is too long is dropped, and the next one is read", () => {
    const lines: string[] = [];
    const framer = new LineFramer((line) => lines.push(Buffer.from(line).toString()), 10);
    framer.push(bytes("short\n"));
    for (let i = 0; i < 1000; i++) {
      framer.push(bytes("0123456789"));
    }
    framer.push(bytes("\nnext\nrest"));
    framer.end();
    expect(lines).toEqual(["short", "next", "rest"]);
    expect(framer.dropped).toBe(1);
  });
});

const character = fc.oneof(
  fc.constantFrom('"', "\\", "\n", "\r", "\t", "-", "$", " ", "'", ";", "\u001b", "\u0085"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }).filter((each) => !each.includes("\0")),
);

describe("requests", () => {
  test("are one line, from which a parameter comes out as it went in", () => {
    fc.assert(
      fc.property(fc.array(character, { maxLength: 30 }), (characters) => {
        const parameter = characters.join("");
        const line = writeRequest(3, "break-insert", [parameter]);
        expect(line.indexOf("\n")).toBe(line.length - 1);
        expect(line.startsWith("3-break-insert ")).toBe(true);
        const rest = line.slice("3-break-insert ".length, -1);
        const back = rest.startsWith('"')
          ? read(`~${rest}`)
          : { kind: "stream", stream: "console", text: rest };
        expect(back).toEqual({ kind: "stream", stream: "console", text: parameter });
      }),
    );
  });

  test("what no line can hold is refused", () => {
    expect(() => writeRequest(1, "break-insert", ["a\0b"])).toThrow("NUL byte");
    expect(() => writeRequest(1, "shell rm", [])).toThrow("no operation's name");
    expect(() => writeRequest(1, "a\nb", [])).toThrow("no operation's name");
  });
});
