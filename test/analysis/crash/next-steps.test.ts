import { describe, expect, it } from "vitest";
import { nextSteps } from "../../../src/analysis/crash/next-steps.js";
import { crashOf } from "../../support/observations.js";

const known = { source: "fits", peer: true } as const;
const goVersion = (text: string, exact: boolean) => ({ text, from: "a sign", exact });

describe("nextSteps", () => {
  it.each([
    ["nothing is known of the version", null],
    ["Go 1.27", goVersion("1.27", true)],
    ["1.24 to 1.27", goVersion("1.24 to 1.27", false)],
    ["1.21 or newer", goVersion("1.21 or newer", false)],
  ])("says what shows the other goroutines: %s", (_, version) => {
    const [step] = nextSteps(crashOf({ goVersion: version }), known);
    expect(step).toMatch(/^Go 1\.26 and later print only the goroutine that noticed\. Set GOTRACEBACK=all/);
    expect(step).toContain("maptrap test");
  });

  it.each([
    ["Go 1.23", goVersion("1.23", true)],
    ["1.20 or older", goVersion("1.20 or older", false)],
    ["1.21 to 1.25", goVersion("1.21 to 1.25", false)],
  ])("looks for the rest of a text that should have all goroutines: %s", (_, version) => {
    const [step] = nextSteps(crashOf({ goVersion: version }), known);
    expect(step).toMatch(/this Go version prints all of them: look for the rest of the text/);
  });

  it("says nothing of goroutines where the text has several", () => {
    expect(nextSteps(crashOf({ goroutines: 3 }), known)).toEqual([]);
  });

  it("says what is missing: the rest of the text, the source, the right source, a dependency", () => {
    const crash = crashOf({ goroutines: 3 });
    expect(nextSteps(crashOf({ goroutines: 3, cut: "it ends within a frame" }), known)[0]).toContain(
      "it ends within a frame",
    );
    expect(nextSteps(crash, { source: "none", peer: false })[0]).toContain("--source");
    expect(nextSteps(crash, { source: "misfit", peer: false })[0]).toContain("another program or revision");
    expect(nextSteps(crash, { source: "fits", peer: false })[0]).toContain("go mod vendor");
  });
});
