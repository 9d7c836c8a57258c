import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findSource } from "../../src/cli/find-source.js";

let folder: string;

/** Writes files below the test's folder. */
async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maptrap-source-"));
  await put({
    "work/shop/go.mod": "module example.com/shop\n\ngo 1.19\n",
    "work/shop/cart/cart.go": "package cart\n",
    "work/shop/main.go": "package main\n\nfunc main() {}\n",
    "work/bank/go.mod": "module example.com/bank\n\ngo 1.19\n",
    "work/bank/main.go": "package main\n\nfunc main() {}\n\nfunc pay() {}\n",
    "work/vendor/example.com/shop/go.mod": "module example.com/shop\n",
    "spaces/go.work": "go 1.19\nuse ./one\nuse ./two\n",
    "spaces/one/go.mod": "module example.com/one\n",
    "spaces/one/one.go": "package one\n",
    "spaces/two/go.mod": "module example.com/two\n",
    "spaces/two/two.go": "package two\n",
    "tree/src/istio.io/istio/pilot/eds.go": "package v2\n",
    "secret.go": "package secret\n",
  });
});

afterAll(() => rm(folder, { recursive: true }));

const frame = (name: string, file: string) => ({ function: name, file });

describe("findSource", () => {
  it("is the module that has the package of a frame, wherever it was built", () => {
    const frames = [frame("example.com/shop/cart.(*Cart).Add", "/builds/ci/x/cart/cart.go")];
    expect(findSource(path.join(folder, "work"), frames)).toBe(path.join(folder, "work/shop"));
    expect(findSource(path.join(folder, "work/shop/cart"), frames)).toBe(path.join(folder, "work/shop"));
  });

  it("tells programs apart by what they declare", () => {
    const frames = [frame("main.pay.func1", "C:\\src\\bank\\main.go")];
    expect(findSource(path.join(folder, "work"), frames)).toBe(path.join(folder, "work/bank"));
  });

  it("is the whole workspace when several of its modules fit", () => {
    const frames = [frame("example.com/one.F", "/x/one.go"), frame("example.com/two.G", "/y/two.go")];
    expect(findSource(path.join(folder, "spaces"), frames)).toBe(path.join(folder, "spaces"));
  });

  it("is the folder itself when its files fit without a module", () => {
    const frames = [
      frame("istio.io/istio/pilot.(*S).removeEdsCon", "/workspace/go/src/istio.io/istio/pilot/eds.go"),
    ];
    const tree = path.join(folder, "tree/src/istio.io");
    expect(findSource(tree, frames)).toBe(tree);
  });

  it.each([
    ["another program's", "example.com/other.F", "/x/other/other.go"],
    ["a function that is not there", "main.steal", "/x/main.go"],
    ["a way out of the folder", "main.main", "../secret.go"],
    ["a package path that leads out", "example.com/shop/../../secret.F", "/x/secret.go"],
  ])("is nothing for %s frame", (_, name, file) => {
    expect(findSource(path.join(folder, "work"), [frame(name, file)])).toBeUndefined();
  });
});
