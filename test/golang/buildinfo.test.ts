import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildInfoMagic, experiments, parseBuildInfo, parseModuleInfo } from "../../src/golang/buildinfo.js";
import { GoTableError } from "../../src/golang/pclntab/errors.js";

const text = new TextEncoder();
const mark = "m".repeat(16);
const moduleText = [
  "path\texample.com/tool/cmd/serve",
  "mod\texample.com/tool\tv1.2.3\th1:abc=",
  "dep\texample.com/other\tv0.1.0\th1:def=",
  "=>\t../other\t(devel)\t",
  "build\t-compiler=gc",
  'build\t-ldflags="-X main.version=a b -s"',
  "build\t-trimpath=true",
  "build\tGOEXPERIMENT=noswissmap,synctest",
  "build\tCGO_ENABLED=0",
  "a line that is not known",
  "",
].join("\n");

const prefixed = (value: string): number[] => {
  const bytes = text.encode(value);
  return [(bytes.length & 0x7f) | 0x80, bytes.length >> 7, ...bytes];
};

const inline = Uint8Array.from([
  ...buildInfoMagic,
  8,
  2,
  ...new Uint8Array(16),
  ...prefixed("go1.24.4 X:noswissmap"),
  ...prefixed(mark + moduleText + mark),
]);

const nothing = (): undefined => undefined;

describe("build information", () => {
  it("is read from the form with its texts inside (Go 1.18 and newer)", () => {
    expect(parseBuildInfo(inline, nothing)).toEqual({ version: "go1.24.4 X:noswissmap", moduleText });
  });

  it("is read from the form with pointers (up to Go 1.17), big-endian too", () => {
    for (const flags of [0, 1]) {
      const memory = new Uint8Array(256);
      const view = new DataView(memory.buffer);
      view.setBigUint64(16, 64n, flags === 0);
      view.setBigUint64(24, 8n, flags === 0);
      memory.set(text.encode("go1.17.1"), 64);
      const blob = new Uint8Array(32);
      blob.set([...buildInfoMagic, 8, flags]);
      new DataView(blob.buffer).setBigUint64(16, 16n, flags === 0);
      new DataView(blob.buffer).setBigUint64(24, 128n, flags === 0);
      const read = (address: bigint, length: number) =>
        memory.subarray(Number(address), Number(address) + length);
      expect(parseBuildInfo(blob, read)).toEqual({ version: "go1.17.1", moduleText: "" });
    }
  });

  it("is refused when it is cut off anywhere", () => {
    for (let length = 0; length < inline.length; length++) {
      expect(() => parseBuildInfo(inline.slice(0, length), nothing)).toThrow(GoTableError);
    }
  });

  it("gives an error or an answer for any bytes after its magic", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          parseBuildInfo(Uint8Array.of(...buildInfoMagic, ...bytes), () => new Uint8Array(16).fill(255));
        } catch (error) {
          expect(error).toBeInstanceOf(GoTableError);
        }
      }),
    );
  });
});

describe("module information", () => {
  it("says path, module and settings, also quoted ones", () => {
    const info = parseModuleInfo(moduleText);
    expect(info).toMatchObject({
      packagePath: "example.com/tool/cmd/serve",
      modulePath: "example.com/tool",
      moduleVersion: "v1.2.3",
    });
    expect(Object.fromEntries(info.settings)).toEqual({
      "-compiler": "gc",
      "-ldflags": "-X main.version=a b -s",
      "-trimpath": "true",
      GOEXPERIMENT: "noswissmap,synctest",
      CGO_ENABLED: "0",
    });
  });

  it("is empty for a program that was built without modules", () => {
    expect(parseModuleInfo("")).toEqual({
      packagePath: undefined,
      modulePath: undefined,
      moduleVersion: undefined,
      settings: new Map(),
    });
  });
});

describe("experiments", () => {
  it("come from the version and from the settings, each once", () => {
    const { settings } = parseModuleInfo(moduleText);
    expect(experiments("go1.24.4 X:noswissmap", settings)).toEqual(["noswissmap", "synctest"]);
    expect(experiments("go1.24.4", new Map())).toEqual([]);
  });
});
