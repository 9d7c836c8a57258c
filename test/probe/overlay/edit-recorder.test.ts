import { describe, expect, it } from "vitest";
import { AnchorError } from "../../../src/probe/overlay/anchors.js";
import { addMark, addReseeding, addToChecks } from "../../../src/probe/overlay/edit-recorder.js";

const classic = { file: "runtime/map.go", goVersion: "go1.23.5" };
const swiss = { file: "internal/runtime/maps/map.go", goVersion: "go1.27.3" };

const mapassign = `func mapassign(t *maptype, h *hmap, key unsafe.Pointer) unsafe.Pointer {
	if h.flags&hashWriting != 0 {
		fatal("concurrent map writes")
	}
	h.flags ^= hashWriting
again:
	if h.flags&hashWriting == 0 {
		fatal("concurrent map writes")
	}
	h.flags &^= hashWriting
}
`;

const clear = `import "internal/runtime/sys"
func (m *Map) Clear(typ *abi.MapType) {
	if m.writing != 0 {
		fatal("concurrent map writes")
	}
	m.writing ^= 1 // toggle, see comment on writing
	m.seed = uintptr(rand())
	m.writing ^= 1
}
`;

describe("the note of a mark", () => {
  const assign = { func: "mapassign", operation: "assign", direct: true } as const;

  it("stands behind Go's check of a classic map, on its last line", () => {
    const text = addMark(mapassign, assign, classic);
    expect(text.split("\n")[3]).toBe(
      "\t}; if maptrapOn == 2 { maptrapMark(uintptr(unsafe.Pointer(h)), 2, getcallerpc()) }",
    );
    expect(text.split("\n").toSpliced(3, 1)).toEqual(mapassign.split("\n").toSpliced(3, 1));
  });

  it("stands before the mark of a swiss map, and leaves the caller to be found where need be", () => {
    const mark = { func: "\\(m \\*Map\\) Clear", operation: "clear", direct: false } as const;
    expect(addMark(clear, mark, swiss)).toContain(
      "\tif MaptrapOn == 2 { maptrapMark(uintptr(unsafe.Pointer(m)), 6, 0) }; m.writing ^= 1 // toggle",
    );
  });

  it("goes together with the call before the check's fatal error", () => {
    const text = addMark(addToChecks(mapassign, classic), assign, classic);
    expect(text.split("maptrapFatal(")).toHaveLength(3);
    expect(text.split("maptrapMark(")).toHaveLength(2);
  });

  it("wants one such place in the function", () => {
    const none = mapassign.replace("h.flags&hashWriting != 0", "h.flags != 0");
    const twice = mapassign.replace("h.flags&hashWriting == 0", "h.flags&hashWriting != 0");
    expect(() => addMark(none, assign, classic)).toThrow(AnchorError);
    expect(() => addMark(twice, assign, classic)).toThrow(AnchorError);
  });
});

describe("a new seed", () => {
  it("is told before and after", () => {
    expect(addReseeding(clear, "\\(m \\*Map\\) Clear", swiss)).toContain(
      "\tif MaptrapOn != 0 { maptrapReseeding(uintptr(unsafe.Pointer(m)), false) }; m.seed = uintptr(rand());" +
        " if MaptrapOn != 0 { maptrapReseeding(uintptr(unsafe.Pointer(m)), true) }\n",
    );
  });

  it("must be there", () => {
    expect(() => addReseeding(mapassign, "mapassign", classic)).toThrow(AnchorError);
  });
});

describe("Go's own checks", () => {
  it("tell the probe first, with the map, its type, the message and the operation", () => {
    const text = addToChecks(mapassign, classic);
    const call = "if maptrapOn == 2 { maptrapFatal(unsafe.Pointer(t), uintptr(unsafe.Pointer(h)), 1, 2) }; ";
    expect(text.split(call)).toHaveLength(3);
    expect(text.replaceAll(call, "")).toBe(mapassign);
  });

  it("know the map of an iterator", () => {
    const next = `func (it *Iter) Next() {
	if it.m.writing != 0 {
		fatal("concurrent map iteration and map write")
	}
}
`;
    expect(addToChecks(next, { ...swiss, file: "internal/runtime/maps/table.go" })).toContain(
      "maptrapFatal(unsafe.Pointer(it.typ), uintptr(unsafe.Pointer(it.m)), 3, 5)",
    );
  });

  it("must be there, with messages that are known", () => {
    expect(() => addToChecks("func f() {\n}\n", classic)).toThrow(AnchorError);
    expect(() => addToChecks(mapassign.replace("map writes", "map dances"), classic)).toThrow(AnchorError);
  });
});
