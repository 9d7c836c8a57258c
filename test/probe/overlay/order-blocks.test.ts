/** How annotations for the race detector become calls of the probe. */
import { describe, expect, it } from "vitest";
import { AnchorError } from "../../../src/probe/overlay/anchors.js";
import { editFile } from "../../../src/probe/overlay/edit.js";
import { bodyInstead, raceBlocks, type BlocksOf } from "../../../src/probe/overlay/order/blocks.js";
import { partedTwin, partWays } from "../../../src/probe/overlay/order/twins.js";

const runtime = `package runtime

func other() {
	if raceenabled {
		raceacquire(unsafe.Pointer(x))
	}
}

func chansend(c *hchan) bool {
	if raceenabled {
		racereadpc(c.raceaddr(), callerpc, abi.FuncPCABIInternal(chansend))
	}
	if x {
		if raceenabled && y {
			callerpc := getcallerpc()
			racewritepc(c.raceaddr(), callerpc, abi.FuncPCABIInternal(closechan))
			racerelease(c.raceaddr())
			c.recvx++
		}
	}
	if raceenabled {
		raceacquireg(gp, c.raceaddr())
		racenotify(c, c.recvx, sg)
	}
	return true
}
`;

const outside = `package sync

func (p *Pool) Put(x any) {
	if race.Enabled {
		if n > 0 {
			race.WriteRange(unsafe.Pointer(&p[0]), n)
		}
		race.ReleaseMerge(poolRaceAddr(x))
		race.Disable()
	}
	work()
	if race.Enabled {
		race.Enable()
	}
}
`;

function translated(source: string, blocks: BlocksOf, file = "runtime/chan.go"): string[] {
  return editFile(source, { file, hooks: [], edits: [raceBlocks(blocks)] }, "go1.23.5").split("\n");
}

function failure(action: () => unknown): AnchorError {
  try {
    action();
  } catch (error) {
    if (error instanceof AnchorError) {
      return error;
    }
    throw error;
  }
  throw new Error("the edit was made");
}

describe("blocks for the race detector", () => {
  it("become blocks of the probe, where they tell of synchronisation; what is about memory alone stays", () => {
    const lines = runtime.split("\n");
    const from = lines.indexOf("\t\tif raceenabled && y {");
    const expected = lines
      .with(from, "\t\tif maptrapOrdering != 0 && y {")
      .with(from + 1, "")
      .with(from + 2, "")
      .with(from + 3, "\t\t\tmaptrapOrderRelease(c.raceaddr())")
      .with(from + 7, "\tif maptrapOrdering != 0 {")
      .with(from + 8, "\t\tmaptrapOrderAcquireFor(gp, c.raceaddr())");
    expect(translated(runtime, { func: "chansend", blocks: 2 })).toEqual(expected);
  });

  it("are those of package race elsewhere", () => {
    const text = translated(outside, { func: "\\(p \\*Pool\\) Put", blocks: 2 }, "sync/pool.go");
    expect(text.slice(3, 14)).toEqual([
      "\tif race.MaptrapOrdering != 0 {",
      "\t\tif n > 0 {",
      "",
      "\t\t}",
      "\t\trace.MaptrapMerge(poolRaceAddr(x))",
      "\t\trace.MaptrapIgnore(1)",
      "\t}",
      "\twork()",
      "\tif race.MaptrapOrdering != 0 {",
      "\t\trace.MaptrapIgnore(-1)",
      "\t}",
    ]);
  });

  it("have to be as many as expected", () => {
    const error = failure(() => translated(runtime, { func: "chansend", blocks: 3 }));
    expect(error).toMatchObject({ file: "runtime/chan.go", goVersion: "go1.23.5", found: 2, wanted: 3 });
    expect(error.message).toContain('in func chansend" was found 2 times instead of 3');
  });

  it("hold nothing that is not known", () => {
    const strange = runtime.replace("racenotify(c,", "racefingo(c,");
    const error = failure(() => translated(strange, { func: "chansend", blocks: 2 }));
    expect(error.anchor).toContain("racefingo");
  });

  it("belong to a function that must be there", () => {
    expect(failure(() => translated(runtime, { func: "send", blocks: 1 }))).toMatchObject({
      anchor: "func send",
      found: 0,
    });
  });

  it("may be told of more, and of less", () => {
    const more = { at: "maptrapOrderRelease(c.raceaddr())", before: "first()", after: "last()" };
    const text = translated(runtime, { func: "chansend", blocks: 2, also: [more], drop: /recvx\+\+/ });
    const line = text.indexOf("\t\t\tfirst(); maptrapOrderRelease(c.raceaddr()); last()");
    expect(text.slice(line + 1, line + 3)).toEqual(["", "\t\t}"]);
    const missing = { at: "maptrapOrderMerge(", after: "last()" };
    expect(
      failure(() => translated(runtime, { func: "chansend", blocks: 2, also: [missing] })),
    ).toMatchObject({ anchor: "maptrapOrderMerge(", found: 0 });
  });
});

it("a body can be another one on as many lines", () => {
  expect(bodyInstead("func f(a int) {\n\tone()\n\ttwo()\n\tthree()\n}", "told(a)")).toBe(
    "func f(a int) {\n\ttold(a)\n\n\n}",
  );
});

describe("a method whose way parts", () => {
  const put = { func: "\\(p \\*Pool\\) Put", receiver: "p", method: "Put", args: "x", blocks: 2 };

  it("goes on in a twin, which claims the lines of what it repeats", () => {
    const change = { file: "sync/pool.go", hooks: [], edits: [partWays(put)], ends: [partedTwin(put)] };
    const text = editFile(outside, change, "go1.23.5").split("\n");
    expect(text[2]).toBe(
      "func (p *Pool) Put(x any) { if race.MaptrapOrdering != 0 { p.maptrapOrderedPut(x); return }",
    );
    expect(text.slice(3, 16)).toEqual(outside.split("\n").slice(3, 16));
    const twin = text.slice(outside.split("\n").length - 1);
    expect(twin.slice(0, 4)).toEqual([
      "",
      "//line :3:1",
      "func (p *Pool) maptrapOrderedPut(x any) {",
      "\tif race.MaptrapOrdering != 0 {",
    ]);
  });
});
