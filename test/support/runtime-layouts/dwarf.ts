/**
 * Asks GDB where the fields of the runtime's structures lie in a program, by the program's DWARF.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RuntimeLayout } from "../../../src/golang/runtime/layout.js";

/** For each of our fields the runtime's own name for it; the first one that the version has. */
const fields: {
  readonly [T in keyof RuntimeLayout]: readonly [string, Readonly<Record<string, readonly string[]>>];
} = {
  g: [
    "runtime.g",
    {
      stackLow: ["stack.lo"],
      stackHigh: ["stack.hi"],
      schedSp: ["sched.sp"],
      schedPc: ["sched.pc"],
      schedG: ["sched.g"],
      schedBp: ["sched.bp"],
      syscallSp: ["syscallsp"],
      syscallPc: ["syscallpc"],
      m: ["m"],
      status: ["atomicstatus"],
      id: ["goid"],
      waitSince: ["waitsince"],
      waitReason: ["waitreason"],
      waiting: ["waiting"],
      startedBy: ["parentGoid"],
      startedAt: ["gopc"],
      entry: ["startpc"],
    },
  ],
  m: [
    "runtime.m",
    {
      g0: ["g0"],
      threadId: ["procid"],
      gsignal: ["gsignal"],
      curg: ["curg"],
      next: ["alllink"],
      vdsoSp: ["vdsoSP"],
      vdsoPc: ["vdsoPC"],
    },
  ],
  sudog: [
    "runtime.sudog",
    {
      g: ["g"],
      next: ["next"],
      previous: ["prev"],
      element: ["elem.vu", "elem"],
      isSelect: ["isSelect"],
      waitLink: ["waitlink"],
      channel: ["c.maybeTraceablePtr.vu", "c"],
    },
  ],
  channel: [
    "runtime.hchan",
    {
      length: ["qcount"],
      capacity: ["dataqsiz"],
      closed: ["closed"],
      receivers: ["recvq.first"],
      senders: ["sendq.first"],
    },
  ],
  semaphores: ["runtime.semTable", { tree: ["root.treap"], waiters: ["root.nwait"] }],
  conditions: ["runtime.notifyList", { head: ["head"] }],
};

/** Prints one JSON object. `[]` as the first step of a path stands for an array's element. */
const script = `
import gdb, json
gdb.execute("set language c")
wanted = json.loads(WANTED)
def offset(kind, path):
    at = 0
    for name in path.split("."):
        kind = kind.strip_typedefs()
        found = [f for f in kind.fields() if f.name.split(".")[-1] == name] if kind.code == gdb.TYPE_CODE_STRUCT else []
        if not found:
            return None
        at += found[0].bitpos // 8
        kind = found[0].type
    return at
result = {}
for ours, (name, fields) in wanted.items():
    kind = gdb.lookup_type(name).strip_typedefs()
    one = {}
    if kind.code == gdb.TYPE_CODE_ARRAY:
        one["count"] = kind.range()[1] + 1
        kind = kind.target().strip_typedefs()
    one["size"] = kind.sizeof
    for field, paths in fields.items():
        offsets = [offset(kind, path) for path in paths]
        found = [one for one in offsets if one is not None]
        if found:
            one[field] = found[0]
    result[ours] = one
print("LAYOUT " + json.dumps(result))
`;

/**
 * The layout that a program's DWARF gives.
 *
 * @param binary a Go program with DWARF
 * @throws Error when GDB does not answer
 */
export function layoutFromDwarf(binary: string): RuntimeLayout {
  const folder = mkdtempSync(path.join(tmpdir(), "maptrap-layout-"));
  try {
    const file = path.join(folder, "layout.py");
    writeFileSync(
      file,
      script.replace("WANTED", () => JSON.stringify(JSON.stringify(fields))),
    );
    const args = ["-nx", "-batch", "-iex", "set auto-load off", "-x", file, binary];
    const text = execFileSync("gdb", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    const line = /^LAYOUT (.*)$/m.exec(text)?.[1];
    if (line === undefined) {
      throw new Error(`GDB does not say where the fields lie in ${binary}: ${text}`);
    }
    return JSON.parse(line) as RuntimeLayout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
