import { describe, expect, it } from "vitest";
import type { CrashDump } from "../../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { versionsWithLine } from "../../../src/golang/traceback-lines.js";
import { go124, go19 } from "./texts.js";

async function hint(text: string) {
  const { reports } = await readCrashText(text);
  return (reports[0] as CrashDump).goVersion;
}

describe("the version of Go", () => {
  it("follows from a line of panic.go", async () => {
    expect(await hint(go19)).toEqual({ text: "1.9", from: "panic.go:605", exact: true, minor: [9, 9] });
    expect(await hint(go124)).toEqual({ text: "1.24", from: "panic.go:1058", exact: true, minor: [24, 24] });
  });

  it.each([
    ["/usr/local/go1.22.1/src", "1.22.1"],
    ["/opt/hostedtoolcache/go/1.20.3/x64/src", "1.20.3"],
    ["/root/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.23.4.linux-amd64/src", "1.23.4"],
    ["/usr/lib/go-1.19/src", "1.19"],
    ["/usr/local/Cellar/go/1.12.5/libexec/src", "1.12.5"],
    ["C:/hostedtoolcache/windows/go/1.21.0-rc2/x64/src", "1.21.0"],
    ["/home/ada/.gvm/gos/go1.13/src", "1.13"],
    ["/home/ada/sdk/go1.18beta2/src", "1.18beta2"],
  ])("stands in the path %s", async (goroot, version) => {
    const text = go124.replaceAll("/usr/local/go/src", goroot);
    expect(await hint(text)).toMatchObject({ text: version, from: goroot, exact: true });
  });

  it.each([
    "go version go1.24.2 linux/amd64",
    "What version of Go are you using (`go version`)? go1.24.2 linux/amd64",
    "Go Version: 1.24.2",
    'starting, goVersion="go1.24.2"',
    "go_version: go1.24.2",
  ])("stands in the line %s before the crash, and after it", async (line) => {
    expect(await hint(`${line}\n\n${go124}`)).toMatchObject({ text: "1.24.2", exact: true });
    expect(await hint(`${go124}\n${line}\n`)).toMatchObject({ text: "1.24.2" });
  });

  it("is not taken from a line of the text that the stack speaks against", async () => {
    expect(await hint(`go version go1.20.1 linux/amd64\n${go124}`)).toMatchObject({ text: "1.24" });
  });

  it.each([
    ["goroutine 1 [running]:\nmain.f(0x1, {0x2, 0x3})\n\t/a.go:1 +0x1\n", "1.17 or newer"],
    [
      "goroutine 1 [running]:\nmain.f(0x1?)\n\t/a.go:1 +0x1\ncreated by main.main\n\t/a.go:2 +0x1\n",
      "1.18 to 1.20",
    ],
    [
      "goroutine 1 [running]:\nmain.f(0xc000012345)\n\t/a.go:1 +0x1\ncreated by main.main in goroutine 1\n\t/a.go:2 +0x1\n",
      "1.21 to 1.25",
    ],
    ["goroutine 1 [running]:\nmain.f(0xc420012345)\n\t/a.go:1 +0x1\n", "1.7 to 1.10"],
    ["goroutine 1 [running]:\nmain.f(0xc820012345)\n\t/a.go:1 +0x1\n", "1.6"],
    ["goroutine 1 gp=0x1 m=0 mp=0x2 [running]:\nmain.f()\n\t/a.go:1 +0x1\n", "1.22 or newer"],
    ["goroutine 1 [running] {user: ada}:\nmain.f()\n\t/a.go:1 +0x1\n", "1.27"],
  ])("is narrowed down by the looks of %j", async (text, version) => {
    expect(await hint(text)).toMatchObject({ text: version });
  });

  it("is null when nothing tells", async () => {
    expect(await hint("goroutine 1 [running]:\nmain.f()\n\t/a.go:1 +0x1\n")).toBeNull();
  });
});

describe("versionsWithLine", () => {
  it.each([
    ["runtime.throw", "panic.go", 1116, [14, 15]],
    ["runtime.goexit", "asm_amd64.s", 1594, [19, 19]],
    ["runtime.goexit", "asm_amd64.s", 1700, [23, 24]],
    ["internal/runtime/maps.fatal", "panic.go", 1181, [26, 26]],
    ["internal/poll.runtime_pollWait", "netpoll.go", 302, [18, 18]],
    ["testing.tRunner", "testing.go", 1595, [21, 21]],
  ] as const)("%s %s:%d", (name, file, line, range) => {
    expect(versionsWithLine(name, file, line)).toEqual(range);
  });

  it("knows nothing of other lines", () => {
    expect(versionsWithLine("runtime.throw", "panic.go", 1)).toBeUndefined();
    expect(versionsWithLine("main.main", "main.go", 1116)).toBeUndefined();
  });
});
