import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CrashText } from "../../../src/evidence/crashtext/crash-text.js";
import { GcLineInside } from "../../../src/evidence/crashtext/gc-line.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { wholeText } from "../../support/shop-crash.js";
import { recorded, versions } from "../gctrace/fixtures.js";

/** What a dump says, all the same as to where its lines stand. */
function meaning({ reports }: CrashText): unknown {
  return reports.map((report) =>
    report.kind === "dump"
      ? {
          conflict: report.conflict,
          detector: [
            report.detector?.site?.function,
            report.detector?.site?.line,
            report.detector?.operation,
          ],
          groups: report.groups.map(({ count, example }) => [
            count,
            example.id,
            example.state,
            example.frames.map((frame) => [frame.function, frame.arguments, frame.file, frame.line]),
            [example.createdBy?.frame.function, example.createdBy?.frame.line],
          ]),
        }
      : report.kind,
  );
}

/** The places in a line at which the runtime begins a new write: those of function lines and file lines. */
function seams(line: string): number[] {
  if (/^\t.*:\d+ \+0x/.test(line)) {
    return [line.lastIndexOf(" +0x"), line.length];
  }
  const open = line.indexOf("(0x");
  return /^\w.*\)$/.test(line) && open !== -1 ? [open + 1, line.length - 1] : [];
}

describe("a gctrace line within a line of a dump", () => {
  it.each(versions)("as Go %s prints it, changes nothing that is read", async (version) => {
    const truth = meaning(await readCrashText(wholeText));
    const gc = recorded("forced", version).trimEnd().split("\n").at(-1) ?? "";
    const lines = wholeText.split("\n");
    let places = 0;
    for (const [index, line] of lines.entries()) {
      for (const at of seams(line)) {
        const broken = [...lines];
        broken.splice(index, 1, line.slice(0, at) + gc, line.slice(at));
        expect(meaning(await readCrashText(broken.join("\n"))), `in ${line} at ${at}`).toEqual(truth);
        places++;
      }
    }
    expect(places).toBeGreaterThan(15);
  });

  it("behind the prefix of a log is none", () => {
    const gc = recorded("grow", "1.24").split("\n")[2] ?? "";
    for (const prefix of ["", "web-1  | ", "2026-01-02T03:04:05Z ", "svc[12]: ", "level=info "]) {
      const taker = new GcLineInside();
      expect(taker.push(prefix + gc)).toBe(prefix + gc);
      expect(taker.holds).toBe(false);
    }
  });

  it("loses nothing of any text", () => {
    const gc = recorded("grow", "1.24").split("\n")[2] ?? "";
    const line = fc.oneof(
      fc.string(),
      fc.string().map((text) => text + gc),
      fc.constant(gc),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const taker = new GcLineInside();
        const given = [...lines.map((text) => taker.push(text)), taker.flush()];
        const left = given.filter((text) => text !== null).join("");
        expect(left.replaceAll(gc, "")).toBe(lines.join("").replaceAll(gc, ""));
      }),
    );
  });
});
