/**
 * Lines of Go's own files as they stand in tracebacks, and the versions that have them.
 *
 * Two tables tell. `reported` is read off public reports that name their version. traceback-lines-measured.ts is measured,
 * but not with every version: a line that 1.19 has, 1.18 and 1.20 may have too.
 */
import { measuredLines } from "./traceback-lines-measured.js";

/** The lowest and the highest minor version that fit: [9, 9] for Go 1.9, [14, 15] for 1.14 or 1.15. */
export type MinorRange = readonly [number, number];

/** The oldest and the newest version that is known here. */
export const knownMinors: MinorRange = [6, 27];

/** `function file line=minor line=minor-minor …`, as in public reports. */
const reported = `
runtime.throw panic.go 530=6 547=6 566=7 596=8 605=9 616=10 608=11 617=12 774=13 1112=14 1114=14 1116=14-15 1117=16 1198=17 992=18 1047=19-20 1077=21 1023=22 1067=23
panic panic.go 481=6 500=7 489=8 491=9 502=10 513=11 522=12 679=13 1038=17 838=18 884=19-20 914=21 770=22 785=23
runtime.goexit asm_amd64.s 1998=6 2086=7 2197=8 2337=9 2361=10 1333=11 1337=12 1357=13 1373=14 1374=15 1371=16 1581=17 1571=18 1594=19 1598=20
runtime.goexit asm_arm64.s 1114=12 1128=13 1148=14 1136=15 1130=16 1133=17 1259=18 1263=18 1172=19-20 1197=21 1222=22
runtime.main proc.go 188=6 183=7 185=8-9 198=10 201=11 200=12 203=13-14 204=15 225=16 255=17 250=18-20
runtime.gopark proc.go 291=10 301=12 306=15 366=17 361=18 363=19 381=20
internal/poll.runtime_pollWait netpoll.go 173=9-11 182=12 184=13 203=14-15 222=15-16 234=17 302=18 305=19 306=20
net.runtime_pollWait netpoll.go 160=6-7 164=8
net/http.(*conn).serve server.go 1604=7 1825=8 1801=9 1830=10 1847=11 1878=12 1890=13 1895=14 1925=15 1952=16 1929=17 1930=17 1966=18 1991=19 1995=20
net/http.HandlerFunc.ServeHTTP server.go 1726=7 1942=8 1918=9 1947=10 1964=11 1995=12 2007=13 2012=14 2042=15 2069=16 2046=17 2047=17 2084=18 2109=19 2122=20
net/http.serverHandler.ServeHTTP server.go 2202=7 2568=8 2619=9 2694=10 2697=10 2741=11 2774=12 2802=13 2807=14 2843=15 2887=16 2878=17 2879=17 2916=18 2947=19 2936=20
net/http.(*Server).Serve server.go 2293=7 2668=8 2720=9 2795=10 2798=10 2851=11 2884=12 2927=13 2928=13 2933=14 2969=15 3013=16 3033=17 3034=17 3071=18 3102=19 3089=20
testing.tRunner testing.go 473=6 610=7 657=8 746=9 777=10 827=11 865=12 909=13 991=14 992=14 1123=15 1127=15 1193=16 1194=16 1259=17 1439=18 1446=19 1576=20
testing.(*T).Run testing.go 960=13 1042=14 1168=15 1238=16 1306=17 1486=18 1493=19 1629=20
time.Sleep time.go 59=6-8 65=9 102=10 105=11-13 188=14-15 193=16-17 194=18 195=19-22
`;

let index: ReadonlyMap<string, MinorRange> | undefined;

function parsed(): ReadonlyMap<string, MinorRange> {
  const ranges = new Map<string, MinorRange>();
  const seen = new Map<string, Set<number>>();
  const see = (place: string, minors: readonly number[]) => {
    const all = seen.get(place) ?? new Set();
    seen.set(place, all);
    minors.forEach((minor) => all.add(minor));
  };
  forEachEntry(reported, (place, line, versions) => {
    const [low = 0, high = low] = versions.split("-").map(Number);
    ranges.set(`${place}:${line}`, [low, high]);
    see(
      place,
      Array.from({ length: high - low + 1 }, (_, n) => low + n),
    );
  });
  forEachEntry(measuredLines, (place, _, versions) => {
    see(place, versions.split(",").map(Number));
  });
  forEachEntry(measuredLines, (place, line, versions) => {
    if (!ranges.has(`${place}:${line}`)) {
      ranges.set(
        `${place}:${line}`,
        widened(versions.split(",").map(Number), seen.get(place), oldestOf(place)),
      );
    }
  });
  return ranges;
}

/** Swiss maps came with 1.24. */
function oldestOf(place: string): number {
  return place.startsWith("internal/runtime/maps.") ? 24 : knownMinors[0];
}

/** A version in which the function was not seen at all may have it at this line too. */
function widened(
  minors: readonly number[],
  seen: ReadonlySet<number> | undefined,
  oldest: number,
): MinorRange {
  let [low, high] = [Math.min(...minors), Math.max(...minors)];
  while (low > oldest && seen?.has(low - 1) !== true) {
    low--;
  }
  while (high < knownMinors[1] && seen?.has(high + 1) !== true) {
    high++;
  }
  return [low, high];
}

function forEachEntry(table: string, visit: (place: string, line: string, versions: string) => void): void {
  for (const row of table.trim().split("\n")) {
    const [name = "", file = "", ...lines] = row.split(" ");
    for (const entry of lines) {
      const [line = "", versions = ""] = entry.split("=");
      visit(`${name} ${file}`, line, versions);
    }
  }
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
