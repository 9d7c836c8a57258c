/**
 * What a Go program prints of all goroutines with GOTRACEBACK=crash: for each frame that has code of its own where it lies
 * on the stack.
 *
 *     goroutine 21 gp=0x234abfb90780 m=0 mp=0x586620 [running]:
 *     main.spinInMap()
 *         /tmp/stopped/main.go:181 +0xce fp=0x234abfb2ffe0 sp=0x234abfb2fef8 pc=0x4a1ace
 */

/** A frame as it was printed. */
export interface DumpedFrame {
  readonly function: string;
  readonly line: number;
  /** Undefined for calls that were inlined. */
  readonly place: { readonly fp: number; readonly sp: number; readonly pc: number } | undefined;
}

/** A goroutine as it was printed. */
export interface DumpedGoroutine {
  readonly id: number;
  /** `running`, `chan send`, … */
  readonly status: string;
  readonly frames: readonly DumpedFrame[];
  /** How many of the frames come before some that were left out; undefined when all are there. */
  readonly elidedAfter: number | undefined;
  /** Function and line of the go statement. */
  readonly createdBy:
    { readonly function: string; readonly line: number; readonly goroutine: number | undefined } | undefined;
}

function frameIn(call: string, position: string): DumpedFrame {
  const [, line = "0"] = /:(\d+)/.exec(position) ?? [];
  const place = /fp=0x([0-9a-f]+) sp=0x([0-9a-f]+) pc=0x([0-9a-f]+)/.exec(position);
  const [fp = 0, sp = 0, pc = 0] = (place ?? []).slice(1).map((digits) => Number.parseInt(digits, 16));
  return {
    function: call.slice(0, call.lastIndexOf("(")),
    line: Number(line),
    place: place === null ? undefined : { fp, sp, pc },
  };
}

function goroutineIn(lines: readonly string[]): DumpedGoroutine | undefined {
  const header = /^goroutine (\d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[([^\],]*)/.exec(lines[0] ?? "");
  if (header === null) {
    return undefined;
  }
  const frames: DumpedFrame[] = [];
  let createdBy: DumpedGoroutine["createdBy"];
  // "...2907 frames elided...", up to Go 1.20 "...additional frames elided...", stands in a line of its own.
  const kept = lines.filter((line) => !line.startsWith("..."));
  for (let at = 1; at + 1 < kept.length; at += 2) {
    const [call = "", position = ""] = [kept[at], kept[at + 1]];
    const creator = /^created by (.*?)(?: in goroutine (\d+))?$/.exec(call);
    if (creator !== null) {
      const goroutine = creator[2] === undefined ? undefined : Number(creator[2]);
      createdBy = { function: creator[1] ?? "", line: frameIn(call, position).line, goroutine };
    } else if (position.startsWith("\t")) {
      frames.push(frameIn(call, position));
    }
  }
  const elided = lines.findIndex((line) => line.startsWith("..."));
  // runtime.Stack of Go 1.19 and 1.20 ends after a hundred frames, those of the runtime counted in, and does not say so.
  const cut = elided === -1 && frames.length > 90 ? frames.length : undefined;
  return {
    id: Number(header[1]),
    status: header[2] ?? "",
    frames,
    elidedAfter: elided === -1 ? cut : (elided - 1) / 2,
    createdBy,
  };
}

/** All goroutines that were printed. Those with the number 0 are stacks of the runtime itself. */
export function parseDump(text: string): readonly DumpedGoroutine[] {
  return text.split("\n\n").flatMap((part) => goroutineIn(part.trimStart().split("\n")) ?? []);
}
