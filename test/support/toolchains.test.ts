import { afterEach, describe, expect, it, vi } from "vitest";
import { goEnvironment, toolchain } from "./toolchains.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("toolchain", () => {
  it("says what to run when a version is missing", () => {
    vi.stubEnv("MAPTRAP_TOOLCHAINS", "/nonexistent");
    expect(() => toolchain("1.27")).toThrow("run scripts/fetch-toolchains.sh 1.27");
  });
});

describe("goEnvironment", () => {
  it("is fixed for Go and leaves the rest alone", () => {
    vi.stubEnv("GOROOT", "/somewhere");
    vi.stubEnv("GOFLAGS", "-race");
    vi.stubEnv("MAPTRAP_DIR", "/somewhere");
    vi.stubEnv("SOMETHING_ELSE", "kept");
    const environment = goEnvironment({ GOMAXPROCS: "1", PATH: undefined });
    expect(environment).toMatchObject({
      GOTOOLCHAIN: "local",
      GOPROXY: "off",
      GOFLAGS: "",
      GOMAXPROCS: "1",
      SOMETHING_ELSE: "kept",
    });
    expect(Object.keys(environment)).not.toEqual(expect.arrayContaining(["GOROOT"]));
    expect(Object.keys(environment)).not.toEqual(expect.arrayContaining(["MAPTRAP_DIR"]));
    expect(Object.keys(environment)).not.toEqual(expect.arrayContaining(["PATH"]));
  });
});
