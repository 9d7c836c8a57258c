import { describe, expect, it } from "vitest";
import { buildCase } from "../../../src/analysis/build-case.js";
import type { Case } from "../../../src/case/case.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { GcTraceReader } from "../../../src/evidence/gctrace/reader.js";
import { renderText } from "../../../src/report/text/render.js";
import type { EventFileDescription } from "../../support/event-file.js";
import { shop, shopConflict, shopFile } from "../../support/incidents.js";
import { lastWords, oneSidedText, wholeText } from "../../support/shop-crash.js";
import { recordedConflict, recordedShop } from "../../support/recordings.js";

/** The dump and the recorder's words on the recorded conflict: goroutine 8 noticed, goroutine 7 was the other side. */
const dump = oneSidedText.replaceAll("goroutine 6", "goroutine 8");
const words = lastWords.replaceAll("oroutine 6", "oroutine 8").replaceAll("oroutine 5", "oroutine 7");

async function caseOf(text: string, description: EventFileDescription = recordedShop): Promise<Case> {
  return buildCase({
    command: ["maptrap", "read"],
    workingDirectory: "/home/ada/shop",
    processes: [{ eventFile: shopFile(description), binary: { ...shop, goVersion: "" }, run: null }],
    logs: [{ path: "crash.log", text: await readCrashText(text), trace: new GcTraceReader().end() }],
    created: new Date(0),
  });
}

/** The lines that begin an incident: `m0 …`, `o3 …`. */
function headlines(incident: Case): string[] {
  return renderText(incident).match(/^[mo]\d+ {2}.*/gm) ?? [];
}

describe("a crash text beside the event file of the process", () => {
  it("is the same incident, and is named below it", async () => {
    const incident = await caseOf(dump + words);
    expect(incident.findings).toHaveLength(1);
    const [crash, report] = incident.observations.slice(-2);
    expect(crash).toMatchObject({ kind: "crash", ofConflict: "o0" });
    expect(report).toMatchObject({ kind: "probe-report", ofConflict: "o0", ofCrash: crash?.handle });
    expect(incident.findings[0]?.observations).toEqual(["o0", crash?.handle, report?.handle]);
    expect(headlines(incident)).toEqual(["m0  concurrent map read and map write"]);
    expect(renderText(incident)).toContain("  text:  crash.log, lines 1 to 11: the crash, 1 goroutine\n");
  });

  it("is the same incident also where only the dump is in the text, or the other side is not known", async () => {
    expect((await caseOf(dump)).findings).toHaveLength(1);
    const details = { ...recordedConflict.details, otherSide: "unknown" as const, age: null, repeats: null };
    const unknown = { ...recordedShop, conflicts: [{ ...recordedConflict, first: null, details }] };
    const incident = await caseOf(dump, unknown);
    expect(incident.findings).toEqual([]);
    expect(headlines(incident)).toHaveLength(1);
  });

  it("is another incident where another goroutine noticed, or another map is meant", async () => {
    const other = await caseOf(wholeText);
    expect(other.observations.at(-1)).toMatchObject({ kind: "crash", ofConflict: null });
    expect(headlines(other)).toHaveLength(2);
    const elsewhere = await caseOf(words.replace("0xc000012345", "0xc000099999"));
    expect(elsewhere.findings).toHaveLength(2);
    expect(elsewhere.findings.map(({ handle }) => handle)).toEqual(["m0", "m1"]);
  });

  it("counts one crash for one conflict: of two equal crashes, one is another process's", async () => {
    const incident = await caseOf(`${dump}\nstarting again\n${dump}`);
    expect(incident.observations.slice(-2)).toMatchObject([{ ofConflict: "o0" }, { ofConflict: null }]);
  });

  it("is the same incident for the trap's report too", async () => {
    const trapped = `==================
WARNING: CONCURRENT MAP USE (maptrap, caught)
map[string]int at 0xc000012345, 3 elements
Write by goroutine 7:
  example.com/shop.(*Cache).Put()
      /home/ada/shop/cache.go:12
Read (held in a trap for 512µs) by goroutine 8:
  example.com/shop.(*Cache).Get()
      /home/ada/shop/cache.go:7
==================
`;
    const incident = await caseOf(trapped, { conflicts: [{ ...shopConflict, map: 0xc000012345 }] });
    expect(incident.findings).toHaveLength(1);
    expect(headlines(incident)).toHaveLength(1);
  });
});
