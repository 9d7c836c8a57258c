import { execFile } from "node:child_process";
import { access, chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import { documentsInPage } from "../../src/document/documents-in-page.js";
import { encodeEventFile } from "../support/event-file.js";
import { goCommand, goEnvironment, repositoryRoot } from "../support/toolchains.js";
import { command, entry, folderWith, maptrap, removeFolder, sitesOf } from "../support/maptrap-command.js";
import { shopModule, shopTill } from "../support/shop-module.js";

const files = {
  ...shopModule,
  ...shopTill,
  "main.go": "package main\n\nfunc main() {}\n",
  "broken/broken.go": "package main\n\nfunc main() { missing() }\n",
  "library/library.go": "package library\n",
  "cart/cart_test.go": `package cart

import (
	"sync"
	"testing"
)

func TestAdd(t *testing.T) {
	c := New()
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		c.Add("tea")
	}()
	go func() {
		defer wg.Done()
		c.Add("milk")
	}()
	wg.Wait()
}

func TestAlone(t *testing.T) {
	c := New()
	c.Add("tea")
	if c.Count("tea") != 1 {
		t.Fatal("no tea")
	}
}
`,
  "failing/failing_test.go": `package failing

import "testing"

func TestFails(t *testing.T) { t.Fatal("not yet") }
`,
};

let module: string;
beforeAll(async () => {
  module = await folderWith(files);
});
afterAll(() => removeFolder(module));

describe("maptrap test", () => {
  it("shows go test's output, and findings with their package and test", async () => {
    const result = await maptrap(["test", "./cart", "./till"], { cwd: module });
    expect(result.status).toBe(66);
    expect(result.stdout).toContain("ok  \texample.com/shop/till");
    expect(result.stderr).toContain("TestAdd (example.com/shop/cart)");
    expect(result.stderr).not.toContain("TestLocked");
    expect(sitesOf(result.stderr)).toEqual(["cart/cart.go:7", "cart/cart.go:7"]);
  });

  it.each(["1.19", "1.24"] as const)("works with Go %s, from outside the module", async (version) => {
    const result = await maptrap(["test", "--go", goCommand(version), path.join(module, "cart")], {
      cwd: "/",
    });
    expect(result.status).toBe(66);
    expect(result.stderr).toContain("TestAdd (example.com/shop/cart)");
  });

  it("passes flags of go test on, the user's own -exec too", async () => {
    const flags = ["-run", "TestAlone", "-v", "-exec", "env 'MARK=a b'"];
    const result = await maptrap(["test", "--runs", "1", "./cart", "--", ...flags], { cwd: module });
    expect(result.status).toBe(0);
    expect(result.stdout).toContain("--- PASS: TestAlone");
    expect(result.stdout).not.toContain("TestAdd");
  });

  it("gives the case file alone on stdout with --json, and the same in the page of --html", async () => {
    const page = path.join(module, "finding.html");
    const result = await maptrap(["test", "--json", "--html", page, "./cart"], { cwd: module });
    expect(result.status).toBe(66);
    const incident = decodeCase(result.stdout, "stdout");
    const [document] = documentsInPage(await readFile(page, "utf8")) ?? [];
    expect(document).toMatchObject({ title: "maptrap test --json ./cart", case: incident });
    expect(document?.excerpts.map(({ file }) => path.basename(file))).toContain("cart.go");
    expect(incident.findings.flatMap((finding) => finding.tests)).toContainEqual({
      package: "example.com/shop/cart",
      name: "TestAdd",
    });
    expect(incident.evidence[0]).toMatchObject({ testPackage: "example.com/shop/cart", symbols: "binary" });
    expect(result.stderr).toContain("example.com/shop/cart");
  });

  it("repeats only packages with something to try", async () => {
    const result = await maptrap(["test", "--json", "./till", "./library"], { cwd: module });
    expect(result.status).toBe(0);
    expect(decodeCase(result.stdout, "stdout").summary!.runs).toBeGreaterThan(1);
    expect(result.stderr.match(/no test files/g)).toHaveLength(1);
  });

  it("ends with go test's status where a test fails", async () => {
    const result = await maptrap(["test", "--runs", "1", "./failing", "./broken"], { cwd: module });
    expect(result.status).toBe(1);
    expect(result.stdout).toContain("--- FAIL: TestFails");
    expect(result.stdout + result.stderr).toContain("undefined: missing");
  });
});

describe("maptrap overlay", () => {
  it("prints a file that go build takes", async () => {
    const { status, stdout } = await maptrap(["overlay"], { cwd: module });
    expect(status).toBe(0);
    const overlay = JSON.parse(await readFile(stdout.trimEnd(), "utf8")) as {
      Replace: Record<string, string>;
    };
    await Promise.all(Object.values(overlay.Replace).map((file) => access(file)));
    expect((await maptrap(["overlay"], { cwd: module })).stdout).toBe(stdout);
  });

  const inShell =
    'GOFLAGS=$("$0" "$1" overlay --goflags) && export GOFLAGS && echo "$GOFLAGS" && go vet ./cart && go env GOFLAGS';

  it("gives GOFLAGS with what it held, and with quotes where they are needed", async () => {
    const cache = await folderWith({ "mine.json": JSON.stringify({ Replace: { "/x.go": "/y.go" } }) });
    const environment = {
      XDG_CACHE_HOME: path.join(cache, "a b"),
      GOCACHE: await goCache(),
      GOFLAGS: `-tags=x -overlay=${cache}/mine.json`,
    };
    const result = await command("/bin/sh", ["-c", inShell, process.execPath, entry], {
      cwd: module,
      environment,
    });
    expect(result.stderr).toBe("");
    const [text, , ...rest] = result.stdout.split("\n");
    expect(text).toMatch(/^-tags=x '-overlay=.*\/a b\/maptrap\/overlay\/.*\.json'$/);
    expect(rest).toEqual([""]);
    const merged = await readFile(/overlay=(.*)'/.exec(text ?? "")?.[1] ?? "", "utf8");
    expect(merged).toContain('"/x.go": "/y.go"');
    expect(merged).toContain("maptrap");
    await removeFolder(cache);
  });

  it("says that Go 1.19 cannot take a folder with a blank in GOFLAGS", async () => {
    const cache = await folderWith({});
    const environment = { XDG_CACHE_HOME: path.join(cache, "a b") };
    const result = await maptrap(["overlay", "--goflags", "--go", goCommand("1.19")], {
      cwd: module,
      environment,
    });
    expect(result).toMatchObject({ status: 1, stdout: "" });
    expect(result.stderr).toContain("XDG_CACHE_HOME");
    await removeFolder(cache);
  });
});

/** The build cache in use, so that moving XDG_CACHE_HOME does not lose it. */
async function goCache(): Promise<string> {
  const { stdout } = await promisify(execFile)(goCommand("1.27"), ["env", "GOCACHE"], {
    env: goEnvironment(),
  });
  return stdout.trimEnd();
}

describe("errors with a way out", () => {
  it("no Go", async () => {
    const environment = { PATH: "/nowhere" };
    for (const args of [["run", "."], ["test"], ["overlay"]]) {
      const result = await maptrap(args, { cwd: module, environment });
      expect(result).toEqual({
        status: 1,
        stdout: "",
        stderr:
          "maptrap: no Go toolchain was found: there is no `go` command on PATH\n" +
          "maptrap: install Go (https://go.dev/dl), or name a go command or a GOROOT folder with --go PATH\n",
      });
    }
  });

  it("an unsupported version", async () => {
    const answer = { GOROOT: "/", GOVERSION: "go1.20.5", GOOS: "linux", GOARCH: "amd64" };
    const all = { ...answer, GOEXPERIMENT: "", GOCACHE: "/", GOFLAGS: "", GOMOD: "", GOWORK: "" };
    const folder = await folderWith({ go: `#!/bin/sh\necho '${JSON.stringify(all)}'\n` });
    await chmod(path.join(folder, "go"), 0o755);
    const result = await maptrap(["run", "--go", path.join(folder, "go"), "."], { cwd: module });
    expect(result.status).toBe(2);
    expect(result.stderr).toContain("go1.20.5 is not supported; Go 1.19 and Go 1.21 to 1.27 are supported");
    expect(result.stderr).toContain("--go");
    await removeFolder(folder);
  });

  it("not a module", async () => {
    const folder = await folderWith({ "main.go": files["main.go"] });
    for (const args of [
      ["run", "."],
      ["test", "./..."],
    ]) {
      const result = await maptrap(args, { cwd: folder });
      expect(result.status).toBe(1);
      expect(result.stderr).toContain(`${folder} is not in a Go module`);
      expect(result.stderr).toContain("go mod init");
    }
    await removeFolder(folder);
  });

  it("a build failure: Go's own words and its status", async () => {
    const result = await maptrap(["run", "./broken"], { cwd: module });
    const go = await command("go", ["build", "-o", "/dev/null", "./broken"], { cwd: module });
    expect(result.status).toBe(go.status);
    expect(result.stderr).toContain(go.stderr);
    expect(result.stdout).toBe("");
  });

  it("a package that is no program, and several programs", async () => {
    const library = await maptrap(["run", "./library"], { cwd: module });
    expect(library).toMatchObject({ status: 1 });
    expect(library.stderr).toContain("example.com/shop/library is not a program");
    expect((await maptrap(["run", "./..."], { cwd: module })).stderr).toContain(
      "one program is run at a time",
    );
  });

  it("a program built without the probe", async () => {
    const plain = path.join(module, "plain");
    await command("go", ["build", "-o", plain, "."], { cwd: module });
    const result = await maptrap(["run", plain], { cwd: module });
    expect(result).toMatchObject({ status: 1, stdout: "" });
    expect(result.stderr).toContain("was built without the probe");
    expect(result.stderr).toContain("GOFLAGS=$(maptrap overlay --goflags)");
    // What is not a Go program is started, and found out by what it leaves behind.
    expect((await maptrap(["run", "/bin/true"])).stderr).toContain("was built without the probe");
  });

  it("event files that are cut short, of another version, or none at all", async () => {
    const whole = encodeEventFile({ conflicts: [{}] });
    const newer = whole.slice();
    newer[8] = 9;
    const cases: [Uint8Array, string][] = [
      [whole.subarray(0, 5000), "cut short"],
      [newer, "version 9; this maptrap reads versions 1, 2 and 3"],
      [new TextEncoder().encode("hello"), "not an event file"],
    ];
    for (const [bytes, words] of cases) {
      await writeFile(path.join(module, "x.maptrap"), bytes);
      const result = await maptrap(["read", "x.maptrap"], { cwd: module });
      expect(result).toMatchObject({ status: 2, stdout: "" });
      expect(result.stderr).toContain(words);
    }
  });

  it("a wrong call", async () => {
    for (const args of [
      ["run", "--runs", "0"],
      ["run", "--budget", "soon"],
      ["jump"],
      ["run", ".", "-x"],
      [],
    ]) {
      const result = await maptrap(args, { cwd: module });
      expect(result).toMatchObject({ status: 2, stdout: "" });
      expect(result.stderr).not.toContain("this is a bug");
    }
    const words = await maptrap(["run", ".", "x"], { cwd: module });
    expect(words.stderr).toContain("maptrap run . -- x");
  });
});

describe("help and version", () => {
  it("prints them to stdout", async () => {
    const { version } = JSON.parse(await readFile(path.join(repositoryRoot, "package.json"), "utf8")) as {
      version: string;
    };
    expect(await maptrap(["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
    for (const name of ["run", "test", "overlay", "read", "watch", "explain"]) {
      const { status, stdout } = await maptrap([name, "--help"]);
      expect(status).toBe(0);
      expect(stdout).toContain(`Usage: maptrap ${name}`);
    }
  });
});

describe("start-up", () => {
  it("loads the code of a command when it is called, not before", async () => {
    const folder = await folderWith({});
    // Node names in it all scripts that were loaded.
    const environment = { NODE_V8_COVERAGE: folder };
    expect(await maptrap(["--help"], { environment })).toMatchObject({ status: 0, stderr: "" });
    const [coverage = ""] = await readdir(folder);
    const text = await readFile(path.join(folder, coverage), "utf8");
    const { result } = JSON.parse(text) as { readonly result: readonly { readonly url: string }[] };
    const dist = pathToFileURL(path.dirname(path.dirname(entry))).href;
    const own = result
      .filter(({ url }) => url.startsWith(`${dist}/`))
      .map(({ url }) => url.slice(dist.length + 1));
    expect(own).toContain("cli/commands/studio.js");
    // Words of the command line, and what turns errors into text.
    const parts =
      /^(cli\/(main|program|context|durations|sizes|map-slots|watch-address|commands\/[\w-]+)|base\/\w+|case\/version|golang\/toolchain|gomap\/programs\/policies)\.js$/;
    expect(own.filter((one) => !parts.test(one))).toEqual([]);
    await removeFolder(folder);
  });
});

describe("the package", () => {
  it("installs into an empty folder and runs from there", async () => {
    const folder = await folderWith({ "package.json": "{}" });
    const npm = promisify(execFile);
    const packed = await npm("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], {
      cwd: repositoryRoot,
    });
    const tarball = path.join(folder, packed.stdout.trim().split("\n").at(-1) ?? "");
    await npm("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", tarball], {
      cwd: folder,
    });
    const installed = path.join(folder, "node_modules", ".bin", "maptrap");
    const work = path.join(folder, "work");
    await mkdir(work);
    const result = await command(installed, ["test", path.join(module, "cart")], { cwd: work });
    expect(result.status).toBe(66);
    expect(result.stderr).toContain("TestAdd (example.com/shop/cart)");
    expect(await readdir(work)).toEqual([]);
    await removeFolder(folder);
  });
});
