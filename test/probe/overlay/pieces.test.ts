import { describe, expect, it } from "vitest";
import { pieceBody, piecesFor } from "../../../src/probe/overlay/pieces.js";

const clause = "// Package runtime: a part.\n\npackage runtime\n";
const code = "\nfunc maptrapPart() {}\n";

describe("the code of a piece", () => {
  it("comes without package clause", () => {
    expect(pieceBody(clause + code, "package runtime\n")).toEqual({ text: code, missing: undefined });
  });

  it("comes without its imports, when the other file has them", () => {
    const target = 'package runtime\n\nimport (\n\t"internal/abi"\n\t"unsafe"\n)\n';
    for (const imports of ['import "unsafe"', 'import (\n\t"internal/abi"\n\t"unsafe"\n)']) {
      expect(pieceBody(`${clause}\n${imports}\n${code}`, target)).toEqual({ text: code, missing: undefined });
    }
  });

  it("names the import that the other file does not have", () => {
    const body = pieceBody(
      `${clause}\nimport "unsafe"\n${code}`,
      'package runtime\n\nimport "internal/abi"\n',
    );
    expect(body.missing).toBe("unsafe");
  });

  it.each([
    ["internal/runtime/syscall/linux", "linux"],
    ["internal/runtime/syscall", "syscall"],
    ["runtime/internal/syscall", "syscall"],
  ])("uses a package that moved where this Go has it: %s", (path, name) => {
    const piece = `${clause}\nimport (\n\t"unsafe"\n\n\tsyscall "maptrap.invalid/syscall"\n)\n\nvar call = syscall.Syscall6\n`;
    const body = pieceBody(piece, `package runtime\n\nimport (\n\t"${path}"\n\t"unsafe"\n)\n`);
    expect(body).toEqual({ text: `\nvar call = ${name}.Syscall6\n`, missing: undefined });
  });
});

describe("the pieces for a Go version", () => {
  const into = (minor: number): string[] => piecesFor(minor).map((piece) => piece.into);

  it("are for the kinds of map that it has", () => {
    const mapFiles = (minor: number): string[] =>
      piecesFor(minor)
        .filter(({ file }) => file.includes("maps") || file.includes("growth_"))
        .map((piece) => `${piece.file} ${piece.into}`);
    expect(mapFiles(23)).toEqual([
      "runtime/maps_classic.go runtime/map.go",
      "runtime/growth_classic.go runtime/map.go",
    ]);
    expect(mapFiles(25)).toEqual([
      "runtime/maps_classic.go runtime/map_noswiss.go",
      "runtime/growth_classic.go runtime/map_noswiss.go",
      "runtime/maps_swiss.go runtime/map_swiss.go",
      "maps/hook.go internal/runtime/maps/map.go",
      "maps/growth.go internal/runtime/maps/map.go",
    ]);
    expect(mapFiles(27)).toEqual([
      "runtime/maps_swiss.go runtime/map.go",
      "maps/hook.go internal/runtime/maps/map.go",
      "maps/growth.go internal/runtime/maps/map.go",
    ]);
  });

  it("go into the file of each system, for one overlay serves all targets", () => {
    for (const system of ["linux", "darwin", "windows"]) {
      expect(into(19)).toContain(`runtime/os_${system}.go`);
      expect(into(27)).toContain(`runtime/os_${system}.go`);
    }
  });
});
