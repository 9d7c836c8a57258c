import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conclusionsOn } from "../../../src/analysis/asm/conclusions.js";
import { namesHolding } from "../../../src/analysis/asm/find-functions.js";
import { MaptrapError } from "../../../src/base/errors.js";
import { asmSchema } from "../../../src/document/asm-schema.js";
import { emptyDocument, type StudioDocument } from "../../../src/document/document.js";
import { asmJson } from "../../../src/report/json/asm.js";
import { byteSource } from "../../../studio/views/instructions/byte-sources.js";
import { defaultsOfCode, defaultsOfProgram, sourcesIn } from "../../../studio/views/instructions/sources.js";
import { incidents } from "./incidents.js";
import { codeView, writerView } from "./views.js";

const writer = "runtime.mapassign_fast64";

async function codeDocument(comparisons: "compared" | "alone"): Promise<StudioDocument> {
  const views = [await codeView("90c3"), await writerView()];
  const text = asmJson({
    binaries: [
      { file: "/a/old", goVersion: "go1.23", mapImplementation: "classic" },
      { file: "/a/new", goVersion: undefined, mapImplementation: "swiss" },
    ],
    functions: views.map((view, binary) => ({ binary, view })),
    comparisons: [],
    conclusions: conclusionsOn([]),
  });
  const code = asmSchema.parse(JSON.parse(text));
  const compared = { left: 1, right: 0, aligned: true, rows: [] };
  return {
    ...emptyDocument("d3", "asm.json"),
    code: { ...code, comparisons: comparisons === "compared" ? [compared] : [] },
  };
}

describe("sources", () => {
  it("are the programs of the code, and those that can be decoded", async () => {
    const bytes = { kind: "embedded", base64: "", size: 0 } as const;
    const document = { ...(await codeDocument("alone")), programs: [{ name: "/tmp/x/server", bytes }] };
    expect(sourcesIn(document).map(({ id, title }) => [id, title])).toEqual([
      ["d3", "d3 old go1.23"],
      ["d3.b1", "d3 new"],
      ["d3.p0", "d3 server"],
    ]);
  });

  it("begin with what the command compared, else with its first function", async () => {
    expect(defaultsOfCode(await codeDocument("compared"))).toEqual({
      left: { source: "d3.b1", name: writer },
      right: { source: "d3", name: "main.f" },
    });
    expect(defaultsOfCode(await codeDocument("alone"))).toEqual({
      left: { source: "d3", name: "main.f" },
      right: undefined,
    });
    const code = (await codeDocument("alone")).code!;
    const [some] = code.functions;
    const names = ["main.a", "runtime.mapaccess1_faststr", "runtime.mapassign_faststr"];
    const all = { ...code, functions: names.map((name) => ({ ...some!, name })) };
    expect(defaultsOfCode({ ...emptyDocument("d0", ""), code: all })).toEqual({
      left: { source: "d0", name: "runtime.mapassign_faststr" },
      right: { source: "d0", name: "runtime.mapaccess1_faststr" },
    });
    expect(defaultsOfCode(emptyDocument("d0", ""))).toEqual({ left: undefined, right: undefined });
  });

  it("of a program begin with the map functions of the finding, else with a write beside a read", () => {
    const held = ["runtime.mapassign_fast64", "runtime.mapaccess1_fast64", "runtime.mapdelete_faststr"];
    const [left, right] = ["runtime.mapdelete_faststr", "runtime.mapassign_fast64"] as const;
    expect(defaultsOfProgram(incidents.stopped(left, right), "d0.p0", held)).toEqual({
      left: { source: "d0.p0", name: left },
      right: { source: "d0.p0", name: right },
    });
    expect(defaultsOfProgram(null, "d0.p0", held)).toEqual({
      left: { source: "d0.p0", name: "runtime.mapassign_fast64" },
      right: { source: "d0.p0", name: "runtime.mapaccess1_fast64" },
    });
    expect(
      defaultsOfProgram(incidents.stopped("runtime.mapclear", "runtime.mapiternext"), "p", held).left?.name,
    ).toBe("runtime.mapassign_fast64");
    expect(defaultsOfProgram(null, "p", ["runtime.mapdelete"])).toEqual({
      left: { source: "p", name: "runtime.mapdelete" },
      right: undefined,
    });
    expect(defaultsOfProgram(null, "p", [])).toEqual({ left: undefined, right: undefined });
  });
});

describe("names", () => {
  const functions = ["main.mapassignment", "main.Put", "runtime.mapassign", "reflect.x", "main.lastput"].map(
    (name, at) => ({
      name,
      start: at,
      end: at + 1,
    }),
  );
  const symbols = { functions: () => functions, functionsNamed: () => [] };

  it("come map functions first, then those that end in what was written", () => {
    expect(namesHolding(symbols, "mapassign")).toEqual(["runtime.mapassign", "main.mapassignment"]);
    expect(namesHolding(symbols, "PUT")).toEqual(["main.Put", "main.lastput"]);
    expect(namesHolding(symbols, "map*ment")).toEqual(["main.mapassignment"]);
    expect(namesHolding(symbols, "")[0]).toBe("runtime.mapassign");
    expect(namesHolding(symbols, "nothing")).toEqual([]);
  });
});

describe("the bytes of a program within the page", () => {
  it("are unpacked, and read within their bounds only", async () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, at) => at & 255);
    const base64 = gzipSync(bytes).toString("base64");
    const source = await byteSource("x", { kind: "embedded", base64, size: bytes.length });
    expect(source.read(256, 4)).toEqual(Uint8Array.of(0, 1, 2, 3));
    expect(() => source.read(4999, 2)).toThrow(MaptrapError);
  });

  it("are refused with a way out when they are damaged, or not as many as was said", async () => {
    const good = gzipSync(new Uint8Array(100)).toString("base64");
    const refused = async (base64: string, size: number): Promise<void> => {
      const error: unknown = await byteSource("x", { kind: "embedded", base64, size }).catch(
        (one: unknown) => one,
      );
      expect(error).toBeInstanceOf(MaptrapError);
      expect((error as MaptrapError).wayOut).toMatch(/\w/);
    };
    await refused(good, 99);
    await refused(good, 101);
    await refused(good, Number.MAX_SAFE_INTEGER);
    await refused("%%%", 10);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (some) => {
        await refused(Buffer.from(some).toString("base64"), 100);
      }),
      { numRuns: 30 },
    );
  });
});
