import { describe, expect, it } from "vitest";
import { after, before } from "../../../src/probe/overlay/beside.js";
import { editFile } from "../../../src/probe/overlay/edit.js";
import type { Edit } from "../../../src/probe/overlay/changes.js";

const source = `package runtime

func grow(h *hmap) {
	if h.small {
		h.B += 1
		h.old = h.new
	}
}
`;

const place = { anchor: "the growth", find: /^\t\th\.B \+= 1\n\t\th\.old = h\.new$/m, statement: "told()" };

function lines(edit: Edit): string[] {
  return editFile(source, { file: "runtime/map.go", hooks: [], edits: [edit] }, "go1.23.5").split("\n");
}

describe("a statement beside what is there", () => {
  it("stands before it, behind the indentation", () => {
    expect(lines(before(place))).toEqual(source.replace("h.B", "told(); h.B").split("\n"));
  });

  it("stands after it, on its last line", () => {
    expect(lines(after(place))).toEqual(source.replace("h.new", "h.new; told()").split("\n"));
  });
});
