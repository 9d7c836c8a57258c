import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Case, CaseFrame } from "../../src/case/case.js";
import { renderJson } from "../../src/report/json/render.js";
import { excerptOf } from "../../src/report/text/excerpt.js";
import { renderText } from "../../src/report/text/render.js";
import { pcs, shop, shopCase, shopConflict, shopFile, shopSource } from "../support/incidents.js";

const readSource = (file: string): string | undefined => shopSource[file];

/** What no line of a report may hold: controls, and characters that hide or reorder text. */
const unsafe = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe("renderText", () => {
  it("shows a finding as a person can understand it", async () => {
    await expect(renderText(shopCase(), { readSource })).toMatchFileSnapshot("golden/conflict.txt");
  });

  it("shows findings by test, with what libraries did in one line", async () => {
    const waited = {
      ...shopConflict.first,
      operation: "iterate-next" as const,
      pcs: pcs("probe", "mapRead", "encode", "marshal", "handler", "goexit"),
    };
    const bothWrite = {
      ...shopConflict,
      seen: 20,
      first: { ...shopConflict.first, operation: "delete" as const },
    };
    const incident = shopCase({
      command: ["maptrap", "test", "./..."],
      processes: [
        {
          eventFile: shopFile({ conflicts: [{ ...shopConflict, first: waited }], pairs: [{}] }),
          binary: shop,
          run: 1,
          packagePath: "example.com/shop",
        },
        {
          eventFile: shopFile({ conflicts: [bothWrite] }),
          binary: shop,
          run: 1,
          packagePath: "example.com/shop/cart",
        },
      ],
      stopped: "nothing is left that another run could show",
    });
    await expect(renderText(incident, { readSource })).toMatchFileSnapshot("golden/tests.txt");
  });

  it("shows what is there when neither binary nor text is", async () => {
    const incident = shopCase({ processes: [{ eventFile: shopFile(), run: null }] });
    await expect(renderText(incident, { readSource })).toMatchFileSnapshot("golden/no-symbols.txt");
  });

  it("says honestly that nothing was found", async () => {
    const quiet = shopFile({
      header: { state: "exited", exitStatus: 0, sharedMaps: 4, delaysOverBudget: 5 },
      pairs: [{}],
    });
    const processes = [1, 2, 3].map((run) => ({ eventFile: quiet, binary: shop, run }));
    await expect(renderText(shopCase({ processes }))).toMatchFileSnapshot("golden/nothing.txt");
    const unshared = shopFile({ header: { state: "exited", exitStatus: 0, sharedMaps: 0 } });
    expect(renderText(shopCase({ processes: [{ eventFile: unshared, run: 1 }] }))).toContain(
      "No conflict was trapped in 1 run. That is not a proof",
    );
    expect(renderText(shopCase({ processes: [] }))).toBe(
      "No program with the probe ran, so nothing can be said about its maps.\n",
    );
  });

  it("says when the source is missing or was changed, and asks for Go files only", () => {
    expect(renderText(shopCase(), { readSource: () => undefined })).toContain(
      "(no source: cache.go is not here)",
    );
    expect(renderText(shopCase(), { readSource: () => "package shop\n" })).toContain(
      "(cache.go has no line 12 now; it was changed)",
    );
    const asked: string[] = [];
    const secret = withFrames(shopCase(), (frame) => ({ ...frame, file: "/etc/shadow" }));
    renderText(secret, {
      readSource: (file) => {
        asked.push(file);
        return "root";
      },
    });
    expect(asked).toEqual([]);
  });

  it("shows paths as they are outside of the working directory", () => {
    expect(renderText(shopCase(), { workingDirectory: "/home/ad" })).toContain(
      "at /home/ada/shop/cache.go:12",
    );
  });

  it("uses colours only when asked", () => {
    expect(renderText(shopCase(), { readSource })).not.toContain("\x1b");
    expect(renderText(shopCase(), { readSource, colour: true })).toContain("\x1b[1m");
  });

  it("is safe on a terminal and bounded, whatever the evidence says", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\x1b]0;title\x07", "\u202egnp.go", "a\rb", "x\n== fake ==\n", "\u009b2J"),
      fc.string({ unit: "binary", minLength: 1000, maxLength: 5000 }),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (name, path, source) => {
        const incident = withFrames(shopCase(), (frame) => ({
          ...frame,
          function: name,
          file: `${path}.go`,
        }));
        incident.findings[0]!.map.type = name;
        incident.findings[0]!.tests = [{ package: path, name }];
        incident.findings[0]!.advice.push(source);
        incident.findings[0]!.reasons.push(source);
        incident.evidence[0]!.notes.push(name);
        incident.summary!.stopped = path;
        const text = renderText(incident, { readSource: () => `${source}\n`.repeat(12) });
        expect(unsafe.exec(text)).toBeNull();
        expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(6000);
        expect(renderJson(incident)).not.toMatch(unsafe);
      }),
    );
  });
});

/** Changes all frames of a case's findings. */
function withFrames(incident: Case, change: (frame: CaseFrame) => CaseFrame): Case {
  for (const side of incident.findings.flatMap(({ sides }) => sides)) {
    side.stack = side.stack.map((frame) => ({ ...frame, ...change(frame) }));
    side.goroutine.startedAt = side.goroutine.startedAt.map((frame) => ({ ...frame, ...change(frame) }));
    side.site = side.site === null ? null : { ...side.site, ...change(side.site) };
  }
  return incident;
}

describe("excerptOf", () => {
  const source = "one\ntwo\r\n\tthree\nfour\nfive\nsix\n";
  const shown = (line: number) =>
    excerptOf(source, line)?.lines.map(({ number, text }) => `${number} ${text}`);

  it("gives two lines before and after", () => {
    expect(shown(3)).toEqual(["1 one", "2 two", "3     three", "4 four", "5 five"]);
    expect(excerptOf(source, 3)?.lines.map(({ marked }) => marked)).toEqual([
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  it("ends where the file ends", () => {
    expect(shown(1)).toEqual(["1 one", "2 two", "3     three"]);
    expect(shown(6)).toEqual(["4 four", "5 five", "6 six"]);
    expect([shown(0), shown(7)]).toEqual([undefined, undefined]);
  });

  it("cuts long lines", () => {
    const [line] = excerptOf("x".repeat(1_000_000), 1)?.lines ?? [];
    expect(line?.text).toHaveLength(110);
    expect(line?.text.endsWith("x…")).toBe(true);
  });
});
