/** Marks for property tests. */
import fc from "fast-check";
import { glyphTable, glyphs, isOfLife, type Marks } from "../../../src/analysis/timeline/marks.js";

/** One mark. */
export interface SomeMark {
  readonly clock: number;
  readonly lane: number;
  readonly map: number;
  readonly kind: number;
  readonly detail: number;
}

export const lanes = 5;

/** Marks, oldest first. */
export const someMarks: fc.Arbitrary<SomeMark[]> = fc
  .array(
    fc.record({
      clock: fc.integer({ min: 0, max: 200 }),
      lane: fc.integer({ min: 0, max: lanes - 1 }),
      map: fc.integer({ min: 0, max: 2 }),
      kind: fc.constantFrom(1, 1, 1, 2, 10, 12, 13, 30, 40, 41, 50, 51, 100, 255),
      detail: fc.integer({ min: 0, max: 8 }),
    }),
    { maxLength: 200 },
  )
  .map((marks) => marks.toSorted((one, other) => one.clock - other.clock));

export function columns(marks: readonly SomeMark[]): Marks {
  return {
    length: marks.length,
    clock: Float64Array.from(marks, ({ clock }) => clock),
    lane: Uint32Array.from(marks, ({ lane }) => lane),
    map: Uint32Array.from(marks, ({ map }) => map),
    kind: Uint8Array.from(marks, ({ kind }) => kind),
    detail: Uint8Array.from(marks, ({ detail }) => detail),
    place: Uint32Array.from(marks, (_, index) => index % 4),
    ref: Uint32Array.from(marks, (_, index) => index),
  };
}

export function glyphAt({ kind, detail }: SomeMark): number {
  return glyphTable[kind * 256 + detail]!;
}

/** In which row a mark has to stand: a lane, "map" or "gc"; undefined where it is not shown. */
export function rowOf(
  mark: SomeMark,
  map: number | null,
  all: readonly SomeMark[],
): number | "map" | "gc" | undefined {
  const glyph = glyphAt(mark);
  if (glyph === glyphs.gc) {
    return "gc";
  }
  if (isOfLife(glyph)) {
    const uses = all.some(
      (one) =>
        one.lane === mark.lane &&
        one.map === map &&
        !isOfLife(glyphAt(one)) &&
        ![glyphs.gc, glyphs.growth].some((other) => other === glyphAt(one)),
    );
    return map === null || uses ? mark.lane : undefined;
  }
  if (map !== null && mark.map !== map) {
    return undefined;
  }
  return glyph === glyphs.growth ? "map" : mark.lane;
}
