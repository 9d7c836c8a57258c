/** Makes small function tables, to test with what no real program has. */

/** A function of a made table. */
export interface MadeFunction {
  readonly name: string;
  /** In bytes from runtime.text. */
  readonly entry: number;
  /** The steps of its line table: by how much the line changes, for how many bytes. */
  readonly lines: readonly (readonly [number, number])[];
  readonly startLine: number;
}

const encoder = new TextEncoder();

/** A number in 7-bit groups, lowest first. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  for (; rest >= 0x80; rest >>>= 7) {
    bytes.push((rest & 0x7f) | 0x80);
  }
  return [...bytes, rest];
}

/** A pc-value table from its steps. */
export function valueTable(steps: readonly (readonly [number, number])[]): number[] {
  return [...steps.flatMap(([delta, pc]) => [...varint((delta << 1) ^ (delta >> 31)), ...varint(pc)]), 0];
}

/** Adds bytes at the end and says where they begin. */
function append(to: number[], bytes: Iterable<number>): number {
  const start = to.length;
  to.push(...bytes);
  return start;
}

const u32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

/**
 * A table of Go 1.20 and newer with these functions, all in the file "main.go", nothing inlined.
 *
 * @param functions in the order of their addresses
 * @param end where the last one ends
 */
export function makeTable(functions: readonly MadeFunction[], end: number): Uint8Array {
  const names: number[] = [];
  const nameOffsets = functions.map(({ name }) => append(names, [...encoder.encode(name), 0]));
  const files = [...encoder.encode("main.go"), 0];
  const values: number[] = [0];
  const fileValues = append(values, valueTable([[1, 1 << 20]]));
  const lineValues = functions.map(({ lines }) => append(values, valueTable(lines)));
  const pairs = 8 * functions.length + 4;
  const table: number[] = [];
  functions.forEach(({ entry }, index) => table.push(...u32(entry), ...u32(pairs + 44 * index)));
  table.push(...u32(end));
  functions.forEach(({ entry, startLine }, index) => {
    const fields = [
      entry,
      nameOffsets[index] ?? 0,
      0,
      0,
      0,
      fileValues,
      lineValues[index] ?? 0,
      0,
      0,
      startLine,
      0,
    ];
    table.push(...fields.flatMap(u32));
  });
  return assemble(functions.length, [names, u32(0), files, values, table]);
}

function assemble(count: number, parts: readonly (readonly number[])[]): Uint8Array {
  const body: number[] = [];
  const offsets = parts.map((part) => 72 + append(body, part));
  const numbers = [count, 1, 0, ...offsets].flatMap((value) => [...u32(value), 0, 0, 0, 0]);
  return Uint8Array.from([0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8, ...numbers, ...body]);
}
