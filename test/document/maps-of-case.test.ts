import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { buildStoppedCase } from "../../src/analysis/stopped/build-stopped-case.js";
import { observeStop } from "../../src/analysis/stopped/observe.js";
import type { Case } from "../../src/case/case.js";
import { decodeCase, encodeCase } from "../../src/case/file.js";
import { mapSchema } from "../../src/document/map-schema.js";
import { mapsOfCase } from "../../src/document/maps-of-case.js";
import { mapJson } from "../../src/report/json/map.js";
import { decodeStop, type RecordedStop, replayed } from "../support/recorded-stop.js";
import { repositoryRoot } from "../support/toolchains.js";

const stopNamed = (name: string): RecordedStop =>
  decodeStop(readFileSync(path.join(repositoryRoot, "test/fixtures/stopped", `${name}.json`), "utf8"));

function caseOf(stop: RecordedStop): Case {
  const observation = observeStop({
    program: replayed(stop),
    reason: stop.reason,
    now: undefined,
    handle: "o0",
    evidence: "e0",
  });
  return buildStoppedCase({
    command: ["maptrap", "gdb", "run", "./gdb-catch"],
    workingDirectory: "/srv",
    sessions: [
      {
        evidence: {
          kind: "gdb-session",
          handle: "e0",
          path: "/srv/gdb-catch",
          how: "run",
          core: null,
          processId: 4711,
          run: null,
          goVersion: null,
          platform: "linux/amd64",
          mapImplementation: "classic",
          debugger: null,
          ending: "stopped",
          exitStatus: 2,
          stripped: false,
          notes: [],
        },
        observation,
      },
    ],
    modulePath: "example.com/gdb-catch",
    created: new Date(0),
  });
}

describe("the map of a stop", () => {
  it.each(["read-write-1.23", "read-write-1.27", "write-write-1.23", "gone-1.23"])(
    "comes out of the case file as it was decoded: %s",
    (name) => {
      const stop = stopNamed(name);
      const incident = decodeCase(encodeCase(caseOf(stop)), "case.json");
      const [map, ...more] = mapsOfCase(incident);
      expect(more).toEqual([]);
      const key = Object.keys(stop.answers).find((question) =>
        question.startsWith(`decodeMap ${Number(stop.map)} `),
      );
      const decoded = replayed(stop).decodeMap(Number(stop.map), Number(key?.split(" ")[2]));
      expect(decoded).toBeDefined();
      const whole = mapSchema.parse(decoded === undefined ? undefined : mapJson(decoded));
      // That somebody is changing it is left out there, because that is why the program was stopped.
      expect(map?.map).toEqual({ ...whole, broken: map?.map.broken });
      const slots = [...(map?.map.blocks ?? []), ...(map?.map.tables.flatMap(({ groups }) => groups) ?? [])];
      expect(slots.length).toBeGreaterThan(0);
      expect(
        slots.every(({ bytes, slots: all }) =>
          (bytes ?? "").startsWith(all.map(({ mark }) => mark.toString(16).padStart(2, "0")).join("")),
        ),
      ).toBe(true);
      expect(slots.every(({ bytes }) => (bytes ?? "").length === 2 * (map?.map.shape?.blockSize ?? -1))).toBe(
        true,
      );
      expect(map).toMatchObject({
        observation: "o0",
        title: incident.findings.length > 0 ? "map of m0" : "map of o0",
      });
    },
  );

  it("is the header alone in a file of before, which is read too", () => {
    const incident = caseOf(stopNamed("read-write-1.23"));
    const before = encodeCase(incident).replace(/"memory": \{[\s\S]*?\n {8}\}/, '"memory": null');
    const withoutField = JSON.parse(before) as { observations: { decoded?: { memory?: unknown } }[] };
    delete withoutField.observations[0]?.decoded?.memory;
    const [map] = mapsOfCase(decodeCase(JSON.stringify(withoutField), "case.json"));
    expect(map?.map.blocks).toEqual([]);
    expect(map?.map.header.map(({ name }) => name)).toContain("nevacuate");
    expect(map?.notes.at(-1)).toMatch(/keeps the header of the map and \d+ entr/);
  });
});
