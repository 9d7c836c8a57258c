import { describe, expect, it } from "vitest";
import { CancelledError, MaptrapError, UsageError, systemErrorCode } from "../../src/base/errors.js";

describe("errors", () => {
  it("carry message, way out, exit status, cause and their own name", () => {
    const cause = new Error("deep");
    const error = new MaptrapError("no Go was found", { wayOut: "install Go", exitStatus: 3, cause });
    expect(error).toMatchObject({
      name: "MaptrapError",
      message: "no Go was found",
      wayOut: "install Go",
      exitStatus: 3,
      cause,
    });
  });

  it("have exit status 1 and no way out when nothing is said", () => {
    expect(new MaptrapError("so it is")).toMatchObject({ exitStatus: 1, wayOut: undefined });
  });

  it("keep their class and name in subclasses", () => {
    const error = new UsageError("no package was named", "name one");
    expect(error).toBeInstanceOf(MaptrapError);
    expect(error).toMatchObject({ name: "UsageError", exitStatus: 2, wayOut: "name one" });
    expect(new CancelledError()).toMatchObject({ name: "CancelledError", exitStatus: 130 });
  });

  it("tell a system error by its code", () => {
    expect(systemErrorCode(Object.assign(new Error("x"), { code: "ENOENT" }))).toBe("ENOENT");
    expect(systemErrorCode(Object.assign(new Error("x"), { code: 7 }))).toBeUndefined();
    expect(systemErrorCode(new Error("x"))).toBeUndefined();
    expect(systemErrorCode("ENOENT")).toBeUndefined();
  });
});
