/** What GODEBUG=gctrace=1 says of a program's collections: just enough to compare the recorder's events with it. */

/** A number that was printed with its last digits cut off. */
export interface CutNumber {
  readonly least: number;
  readonly most: number;
}

/** One collection; times in milliseconds. */
export interface TracedCollection {
  readonly number: number;
  /** Since the program started. */
  readonly start: CutNumber;
  /** Waiting for the world to stop, and the end of the last sweep. */
  readonly sweepTermination: CutNumber;
  readonly mark: CutNumber;
  readonly markTermination: CutNumber;
  /** Mebibytes at the start, at the end of marking, and marked. */
  readonly heap: readonly [number, number, number];
}

const line = /^gc (\d+) @([\d.]+)s \d+%: ([\d.]+)\+([\d.]+)\+([\d.]+) ms clock, .* (\d+)->(\d+)->(\d+) MB,/;

/** Reads the lines of a program's stderr. */
export function tracedCollections(stderr: string): TracedCollection[] {
  return stderr
    .split("\n")
    .filter((text) => text.startsWith("gc "))
    .map((text) => {
      const fields = line.exec(text);
      if (fields === null) {
        throw new Error(`not a line of gctrace: ${text}`);
      }
      const [, number, start, sweep = "", mark = "", end = "", ...heap] = fields;
      const milliseconds = Number(start) * 1000;
      return {
        number: Number(number),
        start: { least: milliseconds, most: milliseconds + 1 },
        sweepTermination: cutNumber(sweep),
        mark: cutNumber(mark),
        markTermination: cutNumber(end),
        heap: [Number(heap[0]), Number(heap[1]), Number(heap[2])],
      };
    });
}

/** gctrace prints at least two digits of what is below ten milliseconds, down to whole microseconds. */
function cutNumber(text: string): CutNumber {
  const least = Number(text);
  const decimals = text.split(".")[1]?.length ?? 0;
  return { least, most: least + (text === "0" ? 0.001 : 10 ** -decimals) };
}
