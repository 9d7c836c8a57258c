import { describe, expect, it } from "vitest";
import { AnchorError } from "../../../src/probe/overlay/anchors.js";
import { editFile } from "../../../src/probe/overlay/edit.js";
import type { FileChange } from "../../../src/probe/overlay/changes.js";

const source = `package runtime

import "unsafe"

func mapaccess1(t *maptype, h *hmap, key unsafe.Pointer) unsafe.Pointer {
	return nil
}

func mapaccess2(t *maptype, h *hmap, key unsafe.Pointer) (unsafe.Pointer, bool) {
	return mapaccess1(t, h, key), true
}

func makemap(t *maptype, hint int) *hmap {
	h := new(hmap)
	return h
}

func fatalthrow(t throwType) {
	if t == 0 {
		exit(2)
	}
	exit(2)
}
`;

function edited(change: Partial<FileChange>, text = source): string {
  return editFile(text, { file: "runtime/map.go", hooks: [], edits: [], ...change }, "go1.23.5");
}

function lines(text: string): string[] {
  return text.split("\n");
}

/** The error that an edit ends with. */
function failure(change: Partial<FileChange>, text = source): AnchorError {
  try {
    edited(change, text);
  } catch (error) {
    if (error instanceof AnchorError) {
      return error;
    }
    throw error;
  }
  throw new Error("the edit was made");
}

describe("a hook", () => {
  const read = { func: "mapaccess1", operation: "read" } as const;

  it("tells the probe of the access on the line of the signature", () => {
    const text = edited({ hooks: [read] });
    expect(lines(text)[4]).toBe(
      "func mapaccess1(t *maptype, h *hmap, key unsafe.Pointer) unsafe.Pointer {" +
        " if maptrapOn != 0 && h != nil { maptrapAccess(unsafe.Pointer(t), uintptr(unsafe.Pointer(h)), 1, getcallerpc()) }",
    );
    expect(lines(text).toSpliced(4, 1)).toEqual(lines(source).toSpliced(4, 1));
  });

  it("speaks the language of the package that it is in", () => {
    const swiss = `package maps

import (
	"internal/abi"
	"internal/runtime/sys"
)

func runtime_mapassign(typ *abi.SwissMapType, m *Map, key unsafe.Pointer) unsafe.Pointer {
}
`;
    const hooks = [{ func: "runtime_mapassign", operation: "assign" } as const];
    expect(edited({ file: "internal/runtime/maps/runtime_swiss.go", hooks }, swiss)).toContain(
      "{ if MaptrapOn == 1 && m != nil { maptrapAccess(unsafe.Pointer(typ), uintptr(unsafe.Pointer(m)), 2, sys.GetCallerPC());" +
        " return runtime_mapassign_unprobed(typ, m, key) }\n",
    );
    const reflect = "package reflect\n\nfunc mapIterNext(it *maps.Iter) {\n}\n";
    const next = {
      func: "mapIterNext",
      operation: "iterateNext",
      map: "it.Map()",
      type: "nil",
      when: "it.ok",
    } as const;
    expect(edited({ file: "reflect/map.go", hooks: [next] }, reflect)).toContain(
      "{ if maps.MaptrapOn != 0 && it.ok { maps.MaptrapAccess(nil, it.Map(), 5, getcallerpc()) }\n",
    );
  });

  it("names the file, the function and the Go version when the function is not there", () => {
    const error = failure({ hooks: [{ func: "mapaccessK", operation: "read" }] });
    expect(error).toMatchObject({
      file: "runtime/map.go",
      anchor: "func mapaccessK",
      goVersion: "go1.23.5",
      found: 0,
    });
    expect(error.message).toContain(
      'in runtime/map.go of go1.23.5 the place "func mapaccessK" was found 0 times',
    );
    expect(error.wayOut).toContain("--go");
  });

  it("wants its function once only", () => {
    expect(failure({ hooks: [read] }, source + source)).toMatchObject({
      anchor: "func mapaccess1",
      found: 2,
    });
  });

  it("wants a map among the parameters", () => {
    const error = failure({ hooks: [{ func: "makemap", operation: "read" }] });
    expect(error.anchor).toBe("the map parameter of func makemap");
  });
});

describe("an edit", () => {
  const edit = {
    anchor: "func makemap",
    find: /^func makemap\(t \*maptype, hint int\) \*hmap \{$/m,
    replace: (match: RegExpExecArray) => `${match[0]} told(CALLERPC())`,
  };

  it("replaces its place, with the package's word for the caller's PC", () => {
    expect(lines(edited({ edits: [edit] }))[12]).toBe(
      "func makemap(t *maptype, hint int) *hmap { told(getcallerpc())",
    );
    const withSys = source.replace('"unsafe"', '"internal/runtime/sys"');
    expect(lines(edited({ edits: [edit] }, withSys))[12]).toContain("told(sys.GetCallerPC())");
  });

  it("names its place by its words when it is missing, or there twice", () => {
    const missing = source.replace("func makemap", "func makeMap");
    expect(failure({ edits: [edit] }, missing)).toMatchObject({ anchor: "func makemap", found: 0 });
    expect(failure({ edits: [edit] }, source + source)).toMatchObject({ anchor: "func makemap", found: 2 });
  });
});

describe("a maker", () => {
  it("passes what it returns through the probe", () => {
    const text = edited({ makers: ["makemap"] });
    expect(lines(text)[14]).toBe("\treturn maptrapMade(h)");
    expect(lines(text).toSpliced(14, 1)).toEqual(lines(source).toSpliced(14, 1));
  });

  it("has to return something at its end", () => {
    expect(failure({ makers: ["fatalthrow"] }).anchor).toBe("the last return of func fatalthrow");
    expect(failure({ makers: ["makemap_small"] }).anchor).toBe("func makemap_small");
  });
});

describe("a statement before calls", () => {
  const before = { func: "fatalthrow", call: "exit(2)", statement: "maptrapFlush()" };

  it("stands before each of them, on their lines", () => {
    const text = lines(edited({ before: [before] }));
    expect(text.slice(18, 22)).toEqual([
      "\tif t == 0 {",
      "\t\tmaptrapFlush(); exit(2)",
      "\t}",
      "\tmaptrapFlush(); exit(2)",
    ]);
    expect(text).toHaveLength(lines(source).length);
  });

  it("names the call and the function when there is none", () => {
    const error = failure({ before: [{ ...before, call: "crash()" }] });
    expect(error).toMatchObject({ anchor: "crash() in func fatalthrow", found: 0 });
  });
});

describe("a copy", () => {
  const change = {
    hooks: [{ func: "mapaccess1", operation: "read" } as const],
    copies: [{ of: "mapaccess1", for: "mapaccess2" }],
  };

  it("is an unhooked twin at the end, which claims the lines of what it repeats", () => {
    const text = edited(change);
    expect(lines(text)[9]).toBe("\treturn mapaccess1_unprobed(t, h, key), true");
    const twin = lines(text).slice(lines(source).length - 1);
    expect(twin).toEqual([
      "",
      "//line :5:1",
      "func mapaccess1_unprobed(t *maptype, h *hmap, key unsafe.Pointer) unsafe.Pointer {",
      "\treturn nil",
      "}",
      "",
    ]);
  });

  it("wants the call in its caller", () => {
    const error = failure({ copies: [{ of: "makemap", for: "mapaccess2" }] });
    expect(error.anchor).toBe("the call of makemap in mapaccess2");
  });
});
