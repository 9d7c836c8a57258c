import { describe, expect, it } from "vitest";
import { chooseOrder, chooseOrderOfBuilt, isSet, NoOrderError } from "../../src/cli/order-choice.js";

const linux = { goos: "linux", goflags: "", minor: 27 };

describe("chooseOrder", () => {
  it("observes order where it can, unless only the trap is wanted", () => {
    expect(chooseOrder(undefined, linux, [])).toEqual({ observe: true, note: undefined });
    expect(chooseOrder("order", linux, [])).toEqual({ observe: true, note: undefined });
    expect(chooseOrder("trap", linux, [])).toEqual({ observe: false, note: undefined });
    expect(chooseOrder("trap", { ...linux, goos: "darwin" }, [])).toEqual({
      observe: false,
      note: undefined,
    });
  });

  it.each([
    ["another system", { ...linux, goos: "darwin" }, []],
    ["a race build", linux, ["-tags=x", "-race"]],
    ["a race build by GOFLAGS", { ...linux, goflags: "-trimpath '-race=true'" }, []],
  ] as const)("uses the trap alone for %s, says so, and refuses --only order", (_, toolchain, flags) => {
    const choice = chooseOrder(undefined, toolchain, flags);
    expect(choice.observe).toBe(false);
    expect(choice.note).toContain("only the trap was used");
    expect(() => chooseOrder("order", toolchain, flags)).toThrow(NoOrderError);
  });
});

describe("isSet", () => {
  it.each([
    [["-race"], true],
    [["--race"], true],
    [["-race=1"], true],
    [["-race=true", "-race=false"], false],
    [["-race=false", "-race"], true],
    [["-racer"], false],
    [["-v", "-args", "-race"], false],
    [[], false],
  ])("%j: %s", (flags, set) => {
    expect(isSet(flags, "race")).toBe(set);
  });
});

describe("chooseOrderOfBuilt", () => {
  const binary = (text: string): Buffer => Buffer.from(`\u007fELF ${text}`);

  it("goes by what the binary holds", () => {
    const hooks = "runtime.maptrapAccess runtime.maptrapOrderSync";
    expect(chooseOrderOfBuilt(undefined, "x", binary(hooks))).toMatchObject({ observe: true });
    expect(chooseOrderOfBuilt("trap", "x", binary(hooks))).toMatchObject({ observe: false });
    const race = binary(`${hooks} build\t-race=true`);
    expect(chooseOrderOfBuilt(undefined, "x", race).note).toContain("built with the race detector");
    const without = binary("runtime.maptrapAccess");
    expect(chooseOrderOfBuilt(undefined, "x", without).note).toContain("built without the hooks");
    expect(() => chooseOrderOfBuilt("order", "x", without)).toThrow("order cannot be observed");
  });
});
