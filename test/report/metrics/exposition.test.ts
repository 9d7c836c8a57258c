import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expositionText, type MetricFamily } from "../../../src/report/metrics/exposition.js";
import { readExposition } from "../../support/prometheus.js";

function family(samples: MetricFamily["samples"]): MetricFamily {
  return { name: "maptrap_things_total", type: "counter", help: "Things.", samples };
}

/** Text of any UTF-16 units, also of surrogates without a partner. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

describe("expositionText", () => {
  it("writes a metric as Prometheus reads it", () => {
    const text = expositionText([
      family([{ labels: { site: "/home/ada/cache.go:12", operation: "write" }, value: 3 }]),
      { name: "maptrap_up", type: "gauge", help: "Up \\ or\ndown.", samples: [{ labels: {}, value: 1 }] },
    ]);
    expect(text).toBe(
      [
        "# HELP maptrap_things_total Things.",
        "# TYPE maptrap_things_total counter",
        'maptrap_things_total{site="/home/ada/cache.go:12",operation="write"} 3',
        "# HELP maptrap_up Up \\\\ or\\ndown.",
        "# TYPE maptrap_up gauge",
        "maptrap_up 1",
        "",
      ].join("\n"),
    );
  });

  it("leaves out a metric without samples", () => {
    expect(expositionText([family([])])).toBe("");
  });

  it("escapes quotation marks and backslashes, and makes control characters visible", () => {
    const hostile = 'a"b\\c\nd\re\u001b[31m\u202e\u0000\ud800';
    const text = expositionText([family([{ labels: { site: hostile }, value: 1 }])]);
    expect(text.split("\n")[2]).toBe(
      'maptrap_things_total{site="a\\"b\\\\c\\\\nd\\\\re\\\\x1b[31m\\\\u202e\\\\x00\\\\ud800"} 1',
    );
    const [sample] = readExposition(text).get("maptrap_things_total")!.samples;
    expect(sample!.labels["site"]).toBe('a"b\\c\\nd\\re\\x1b[31m\\u202e\\x00\\ud800');
  });

  it("cuts long values, and adds up samples that are then the same", () => {
    const text = expositionText([
      family([
        { labels: { site: `${"x".repeat(300)}1` }, value: 2 },
        { labels: { site: `${"x".repeat(300)}2` }, value: 3 },
      ]),
    ]);
    const samples = readExposition(text).get("maptrap_things_total")!.samples;
    expect(samples).toHaveLength(1);
    expect(samples[0]!.value).toBe(5);
    expect(samples[0]!.labels["site"]).toHaveLength(256);
  });

  it.each([
    [Number.NaN, "NaN"],
    [Infinity, "+Inf"],
    [-Infinity, "-Inf"],
    [0.25, "0.25"],
    [1e21, "1e+21"],
    [9_007_199_254_740_991, "9007199254740991"],
  ])("writes %d as %s", (value, text) => {
    expect(expositionText([family([{ labels: {}, value }])])).toContain(`maptrap_things_total ${text}\n`);
  });

  it("can always be read again, whatever the names hold", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ site: anyText, value: fc.nat(), function: fc.string() }), {
          minLength: 1,
        }),
        (rows) => {
          const samples = rows.map(({ value, ...labels }) => ({ labels, value }));
          const read = readExposition(expositionText([family(samples)])).get("maptrap_things_total")!;
          const sum = (numbers: readonly { readonly value: number }[]): number =>
            numbers.reduce((total, { value }) => total + value, 0);
          expect(sum(read.samples)).toBe(sum(samples));
        },
      ),
    );
  });
});
