import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { choosePackages, chooseProgram } from "../../src/probe/packages.js";

let root: string;
let shop: string;

/** A module shop with a command and a program, and another module beside it. */
beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), "packages-test-")));
  shop = path.join(root, "shop");
  await mkdir(path.join(shop, "cmd", "serve"), { recursive: true });
  await mkdir(path.join(root, "other", "sub"), { recursive: true });
  for (const file of ["shop/go.mod", "shop/main.go", "shop/cmd/serve/a.go", "shop/built", "other/go.mod"]) {
    await writeFile(path.join(root, file), "");
  }
});
afterEach(() => rm(root, { recursive: true }));

describe("choosePackages", () => {
  it("stays where the user is, for packages of the module there", async () => {
    for (const [words, patterns] of [
      [[], ["."]],
      [["./..."], ["./..."]],
      [["..."], ["./..."]],
      [["cmd/serve"], ["./cmd/serve"]],
      [[path.join(shop, "cmd")], ["./cmd"]],
      [
        ["./cmd/...", "."],
        ["./cmd/...", "."],
      ],
      [
        ["example.com/x/...", "net/http"],
        ["example.com/x/...", "net/http"],
      ],
    ] as const) {
      expect(await choosePackages(words, shop)).toEqual({ directory: shop, patterns });
    }
  });

  it("goes up to a folder above, within the module", async () => {
    const directory = path.join(shop, "cmd", "serve");
    expect(await choosePackages(["../..", "../../..."], directory)).toEqual({
      directory,
      patterns: ["../..", "../../..."],
    });
  });

  it("goes into the module of the folders that were named", async () => {
    expect(await choosePackages(["shop"], root)).toEqual({ directory: shop, patterns: ["."] });
    expect(await choosePackages(["./shop/cmd/..."], root)).toEqual({
      directory: shop,
      patterns: ["./cmd/..."],
    });
    const other = path.join(root, "other");
    expect(await choosePackages(["../other/sub", "../other"], shop)).toEqual({
      directory: other,
      patterns: ["./sub", "."],
    });
  });

  it("stays where folders of several modules were named", async () => {
    expect((await choosePackages(["shop", "other"], root)).directory).toBe(root);
    expect((await choosePackages(["shop", "fmt"], root)).directory).toBe(root);
  });

  it("says that a folder is not there", async () => {
    await expect(choosePackages(["./nothing"], shop)).rejects.toThrow(
      `there is no folder ${path.join(shop, "nothing")}`,
    );
  });
});

describe("chooseProgram", () => {
  it("tells packages, Go files and programs apart", async () => {
    expect(await chooseProgram([], shop)).toEqual({ kind: "package", directory: shop, patterns: ["."] });
    expect(await chooseProgram(["built"], shop)).toEqual({ kind: "binary", file: path.join(shop, "built") });
    const main = path.join(shop, "main.go");
    expect(await chooseProgram(["main.go"], shop)).toEqual({
      kind: "package",
      directory: shop,
      patterns: [main],
    });
    expect(await chooseProgram(["shop/main.go"], root)).toEqual({
      kind: "package",
      directory: shop,
      patterns: [main],
    });
  });

  it("tells where arguments of the program belong", async () => {
    await expect(chooseProgram([".", "-addr", ":80"], shop)).rejects.toMatchObject({
      exitStatus: 2,
      wayOut: expect.stringContaining("maptrap run . -- -addr :80") as unknown,
    });
  });

  it("says that a Go file is not there", async () => {
    await expect(chooseProgram(["no.go"], shop)).rejects.toThrow("there is no file");
  });
});
