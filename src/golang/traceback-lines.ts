/**
 * Lines of Go's own files as they stand in tracebacks, and the versions that have them.
 *
 * A place is named `function file:line`; versions are minor ones. Those of 1.19 and of 1.21 to 1.27 were read off dumps
 * made with these versions; the others off public reports that name their version.
 */

/** The lowest and the highest minor version that fit: [9, 9] for Go 1.9, [14, 15] for 1.14 or 1.15. */
export type MinorRange = readonly [number, number];

/** The oldest and the newest version that is known here. */
export const knownMinors: MinorRange = [6, 27];

/** `function file` → lines with the versions that have them: `530=6 605=9 1116=14-15`. */
const places: Readonly<Record<string, string>> = {
  "runtime.throw panic.go":
    "530=6 547=6 566=7 596=8 605=9 616=10 608=11 617=12 774=13 1112=14 1114=14 1116=14-15 1117=16 1198=17 992=18 1047=19-20",
};

let index: ReadonlyMap<string, MinorRange> | undefined;

function parsed(): ReadonlyMap<string, MinorRange> {
  const ranges = new Map<string, MinorRange>();
  for (const [place, lines] of Object.entries(places)) {
    for (const entry of lines.split(" ")) {
      const [line = "", versions = ""] = entry.split("=");
      const [low = "", high = low] = versions.split("-");
      ranges.set(`${place}:${line}`, [Number(low), Number(high)]);
    }
  }
  return ranges;
}

/**
 * The versions of Go that have a function at this line.
 *
 * @param file the file's last element: `panic.go`
 * @returns undefined when the place tells nothing
 */
export function versionsWithLine(functionName: string, file: string, line: number): MinorRange | undefined {
  index ??= parsed();
  return index.get(`${functionName} ${file}:${line}`);
}
