import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { moduleAbove } from "../../src/cli/module-above.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maptrap-module-"));
  await mkdir(path.join(folder, "shop/cart"), { recursive: true });
  await mkdir(path.join(folder, "odd"));
  await writeFile(
    path.join(folder, "shop/go.mod"),
    "// our shop\n\nmodule example.com/shop // v1\n\ngo 1.19\n",
  );
  await writeFile(path.join(folder, "odd/go.mod"), "go 1.19\n");
});

afterAll(() => rm(folder, { recursive: true }));

describe("moduleAbove", () => {
  it("is the module of the nearest go.mod", () => {
    const place = { modulePath: "example.com/shop", folder: path.join(folder, "shop") };
    expect(moduleAbove(path.join(folder, "shop/cart"))).toEqual(place);
    expect(moduleAbove(path.join(folder, "shop"))).toEqual(place);
  });

  it("is nothing where there is none, or none that names a module", () => {
    expect(moduleAbove(path.join(folder, "odd"))).toBeUndefined();
    expect(moduleAbove(path.parse(folder).root)).toBeUndefined();
  });
});
