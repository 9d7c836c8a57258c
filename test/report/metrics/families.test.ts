import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { LiveFigures } from "../../../src/analysis/live/figures.js";
import { expositionText } from "../../../src/report/metrics/exposition.js";
import { watchMetrics, type ProcessGauges } from "../../../src/report/metrics/families.js";
import { readExposition } from "../../support/prometheus.js";
import { repositoryRoot } from "../../support/toolchains.js";

const shop: ProcessGauges = {
  processId: 4711,
  program: "shop",
  file: "4711-1.maptrap",
  running: true,
  lastEventAge: 0.25,
  rings: 6,
};

function read(figures: LiveFigures, processes: readonly ProcessGauges[] = [shop]) {
  return readExposition(expositionText(watchMetrics(figures, processes)));
}

const get = { function: "example.com/shop.(*Cache).Get", at: "/home/ada/shop/cache.go:7" };

describe("watchMetrics", () => {
  it("gives all counters from the beginning, so that the first increase is seen", () => {
    const families = read(new LiveFigures());
    expect(families.get("maptrap_conflicts_total")!.samples).toHaveLength(5);
    expect(families.get("maptrap_map_growths_total")!.samples.map(({ value }) => value)).toEqual(
      Array.from({ length: 7 }, () => 0),
    );
    expect(families.get("maptrap_shared_maps_total")!.samples).toEqual([{ labels: {}, value: 0 }]);
  });

  it("shows accesses by place and operation", () => {
    const figures = new LiveFigures();
    figures.accessCount(get, "read").count += 5;
    figures.accessCount(get, "write").count += 1;
    expect(read(figures).get("maptrap_cross_goroutine_accesses_total")!.samples).toEqual([
      { labels: { site: get.at, function: get.function, operation: "read" }, value: 5 },
      { labels: { site: get.at, function: get.function, operation: "write" }, value: 1 },
    ]);
  });

  it("tells a bounded number of places apart, and adds up the others", () => {
    const figures = new LiveFigures(3);
    for (let line = 0; line < 1000; line++) {
      figures.accessCount({ ...get, at: `cache.go:${line}` }, "read").count += 1;
    }
    const { samples } = read(figures).get("maptrap_cross_goroutine_accesses_total")!;
    expect(samples).toHaveLength(4);
    expect(samples.at(-1)).toEqual({
      labels: { site: "other", function: "other", operation: "read" },
      value: 997,
    });
  });

  it("shows each process that is followed", () => {
    const families = read(new LiveFigures(), [
      shop,
      { ...shop, processId: 9, file: "9-1.maptrap", running: false, lastEventAge: null },
    ]);
    expect(families.get("maptrap_process_up")!.samples).toEqual([
      { labels: { pid: "4711", program: "shop", file: "4711-1.maptrap" }, value: 1 },
      { labels: { pid: "9", program: "shop", file: "9-1.maptrap" }, value: 0 },
    ]);
    expect(families.get("maptrap_last_event_age_seconds")!.samples).toHaveLength(1);
    expect(families.get("maptrap_rings")!.samples[0]!.value).toBe(6);
  });

  it("has every metric in the table of docs/watching.md, and no other", async () => {
    const document = await readFile(path.join(repositoryRoot, "docs/watching.md"), "utf8");
    const figures = new LiveFigures();
    figures.accessCount(get, "read").count += 1;
    const listed = [...document.matchAll(/^\| `(maptrap_\w+)` +\| (\w+) /gm)].map(
      (row) => `${row[1]} ${row[2]}`,
    );
    const there = [...read(figures).values()].map(({ name, type }) => `${name} ${type}`);
    expect(listed.toSorted()).toEqual(there.toSorted());
  });
});
