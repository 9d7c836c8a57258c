import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { loadGrammar } from "../../../src/evidence/source/parse/grammar-file.js";
import { findAccesses } from "../../../src/evidence/source/accesses/find.js";
import { makeProgram } from "../../../src/evidence/source/make-program.js";
import {
  type BuildTarget,
  evaluate,
  nameFits,
  textFits,
} from "../../../src/evidence/source/workspace/build-constraints.js";
import { findFiles } from "../../../src/evidence/source/workspace/find-files.js";
import { parseGoMod, parseGoWork } from "../../../src/evidence/source/workspace/go-mod.js";
import { inWords, linux, programOf } from "./support/program.js";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A folder with some files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "maptrap-source-")));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const windows: BuildTarget = { goos: "windows", goarch: "arm64", goMinor: 20, tags: new Set() };

describe("build constraints", () => {
  test.each([
    ["x.go", true, true],
    ["linux.go", true, true],
    ["x_linux.go", true, false],
    ["x_windows.go", false, true],
    ["x_windows_test.go", false, true],
    ["x_amd64.go", true, false],
    ["x_linux_amd64.go", true, false],
    ["x_linux_arm64.go", false, false],
    ["x_windows_arm64.go", false, true],
    ["x_unix.go", true, true],
    ["x_plan9.go", false, false],
    ["x_test.go", true, true],
  ])("the name %s", (name, onLinux, onWindows) => {
    expect([nameFits(name, linux), nameFits(name, windows)]).toEqual([onLinux, onWindows]);
  });

  test.each([
    ["//go:build linux\n\npackage p", true, false],
    ["// Copyright\n\n/* more\n*/\n//go:build !linux && !cgo\npackage p", false, true],
    ["//go:build unix || (windows && arm64)\npackage p", true, true],
    ["//go:build go1.21\npackage p", true, false],
    ["//go:build ignore\npackage p", false, false],
    ["//go:build cgo\npackage p", true, false],
    ["//go:build !(linux)\npackage p", false, true],
    ["// +build linux,amd64 windows\n\npackage p", true, true],
    ["// +build linux\n// +build !amd64\n\npackage p", false, false],
    ["package p\n//go:build ignore\n", true, true],
    ["//go:build linux &&\npackage p", true, false],
  ])("%j", (text, onLinux, onWindows) => {
    expect([textFits(text, linux), textFits(text, windows)]).toEqual([onLinux, onWindows]);
  });

  test("hostile expressions come to an end", () => {
    expect(typeof evaluate("(".repeat(100_000), linux)).toBe("boolean");
    expect(typeof evaluate("!".repeat(100_000), linux)).toBe("boolean");
    expect(typeof evaluate("a&&".repeat(100_000), linux)).toBe("boolean");
  });
});

test("go.mod and go.work", () => {
  const mod = parseGoMod(`// comment
module "example.com/shop" // the shop
go 1.22
require (
	example.com/a v1.2.3 // indirect
	example.com/b v0.0.0
)
replace example.com/b => ./b
replace example.com/c v1.0.0 => example.com/d v1.0.0
`);
  expect(mod.module).toBe("example.com/shop");
  expect(mod.goVersion).toBe("1.22");
  expect([...mod.requires]).toEqual([
    ["example.com/a", "v1.2.3"],
    ["example.com/b", "v0.0.0"],
  ]);
  expect([...mod.localReplacements]).toEqual([["example.com/b", "./b"]]);
  expect(parseGoWork("go 1.22\nuse (\n\t./a\n\t./b\n)\nuse ./c\n")).toEqual(["./a", "./b", "./c"]);
});

describe("packages", () => {
  const use = (imported: string, name = "x"): string =>
    `package main\nimport "${imported}"\nfunc f() { _ = ${name}.M[1] }\n`;

  test.each([
    [
      "a package of the module",
      { "main.go": use("example.com/shop/x"), "x/x.go": "package x\nvar M map[int]int\n" },
      "global example.com/shop/x.M",
    ],
    [
      "a package whose name is not that of its folder",
      { "main.go": use("example.com/shop/go-x"), "go-x/x.go": "package x\nvar M map[int]int\n" },
      "global example.com/shop/go-x.M",
    ],
    [
      "a vendored package",
      {
        "main.go": use("example.com/other/x"),
        "vendor/example.com/other/x/x.go": "package x\nvar M map[int]int\n",
      },
      "global example.com/other/x.M",
    ],
    [
      "a package of another module of the tree",
      {
        "go.mod": "module example.com/shop\n",
        "main.go": use("example.com/lib/x"),
        "lib/go.mod": "module example.com/lib\n",
        "lib/x/x.go": "package x\nvar M map[int]int\n",
      },
      "global example.com/lib/x.M",
    ],
    [
      "a module that another one replaces",
      {
        "go.mod":
          "module example.com/shop\nreplace example.com/up/lib => ./fork\nreplace example.com/far => ../far\n",
        "main.go": use("example.com/up/lib/x"),
        "fork/go.mod": "module example.com/mine/lib\n",
        "fork/x/x.go": "package x\nvar M map[int]int\n",
      },
      "global example.com/up/lib/x.M",
    ],
    [
      "a dot import",
      {
        "main.go": 'package main\nimport . "example.com/shop/x"\nfunc f() { _ = M[1] }\n',
        "x/x.go": "package x\nvar M map[int]int\n",
      },
      "global example.com/shop/x.M",
    ],
    [
      "packages that import each other's types",
      {
        "main.go": use("example.com/shop/x"),
        "x/x.go": 'package x\nimport "example.com/shop/y"\nvar M = y.Make()\n',
        "y/y.go": "package y\nfunc Make() map[int]int { return nil }\n",
      },
      "global example.com/shop/x.M",
    ],
    [
      "an external test package",
      {
        "x/x_test.go": 'package x_test\nimport "example.com/shop/x"\nfunc f() { _ = x.M[1] }\n',
        "x/x.go": "package x\nvar M map[int]int\n",
      },
      "global example.com/shop/x.M",
    ],
  ])("%s", async (_, texts, variable) => {
    const made = await programOf(texts);
    const found = findAccesses(made.program, made.bindings).map((access) => inWords(made, access));
    expect(found).toHaveLength(1);
    expect(found[0]?.split(" = ")[1]).toBe(variable);
  });

  test("without go.mod, an import is the one folder of that name", async () => {
    const made = await programOf({
      "none/go.mod": "",
      "src/github.com/a/b/main.go": use("github.com/a/b/x"),
      "src/github.com/a/b/x/x.go": "package x\nvar M map[int]int\n",
    });
    expect(made.program.packages.map(({ path: name }) => name)).toEqual([
      "github.com/a/b",
      "github.com/a/b/x",
    ]);
    expect(findAccesses(made.program, made.bindings)).toHaveLength(1);
  });

  test("of several variants of a file the fitting one counts, and the notes say what was left out", async () => {
    const made = await programOf({
      "a_linux.go": 'package p\nvar m map[string]int\nfunc f() { _ = m["linux"] }\n',
      "a_windows.go": "package p\nvar m []int\nfunc f() { _ = m[0] }\n",
      "broken.go": "package p\nfunc g( {\n",
      "c.go": 'package p\nimport "C"\nimport "example.org/nowhere"\n',
    });
    expect(findAccesses(made.program, made.bindings)).toHaveLength(1);
    expect(made.notes).toEqual([
      "Left out, as not part of a build for linux/amd64: a_windows.go.",
      "Could not be parsed in places: broken.go:2.",
      "Types of C are not known, cgo is used in: c.go.",
      "Nothing is known of the imported packages: example.org/nowhere.",
    ]);
  });

  test("the package of the standard library that is called like a module's folder is not mixed up", async () => {
    const made = await programOf({
      "main.go": 'package main\nimport "net/http"\nfunc f(r *http.Request) { _ = r.Header["A"] }\n',
      "http/x.go": "package http\ntype Request struct { Header []int }\n",
    });
    const found = findAccesses(made.program, made.bindings).map((access) => inWords(made, access));
    expect(found).toEqual(["3 read r.Header = field net/http.Request.Header"]);
  });
});

describe("finding files", () => {
  test("testdata, hidden folders and tests are left out, nothing outside the root is read", async () => {
    const outside = folderWith({ "secret.go": "package secret\n", "folder/more.go": "package more\n" });
    const root = folderWith({
      "go.mod": "module example.com/shop\n",
      "a.go": "package a\n",
      "a_test.go": "package a\n",
      "sub/b.go": "package b\n",
      "testdata/c.go": "package c\n",
      ".hidden/d.go": "package d\n",
      "_old/e.go": "package e\n",
      "_f.go": "package f\n",
      "g.txt": "",
    });
    symlinkSync(path.join(outside, "secret.go"), path.join(root, "link.go"));
    symlinkSync(path.join(outside, "folder"), path.join(root, "linked"));
    symlinkSync(path.join(root, "sub", "b.go"), path.join(root, "inside.go"));
    symlinkSync(root, path.join(root, "loop"));
    symlinkSync("/dev/zero", path.join(root, "zero.go"));
    const tree = await findFiles(root, false);
    expect(tree.files.map((file) => file.path)).toEqual(["a.go", "inside.go", "sub/b.go"]);
    expect(tree.modules.map(({ folder, mod }) => [folder, mod.module])).toEqual([["", "example.com/shop"]]);
    const withTests = await findFiles(root, true);
    expect(withTests.files.map((file) => file.path)).toContain("a_test.go");
  });

  test("a file that is too large is left out and named", async () => {
    const root = folderWith({ "a.go": "package a\n", "big.go": `package a\n${"// x\n".repeat(1_500_000)}` });
    const tree = await findFiles(root, false);
    expect(tree.files.map((file) => file.path)).toEqual(["a.go"]);
    expect(tree.notes).toEqual(["Left out, as too large: big.go."]);
  });
});

test("modules outside the root are named and not read", async () => {
  const root = folderWith({
    "go.work": "go 1.22\nuse (\n\t.\n\t./lib\n\t../elsewhere\n)\n",
    "go.mod": "module example.com/shop\nreplace example.com/far => ../../far\n",
    "a.go": "package a\n",
    "lib/go.mod": "module example.com/lib\n",
  });
  const made = await makeProgram(await findFiles(root, false), linux, await loadGrammar());
  expect(made.notes).toEqual(["Outside the root and not read: ../../far, ../elsewhere."]);
  expect(made.program.modules.map((module) => module.path)).toEqual(["example.com/shop", "example.com/lib"]);
});
