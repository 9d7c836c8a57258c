/** Ways to damage a text, for what all readers of text have to withstand. */
import fc from "fast-check";

/** A change to the lines of a text. */
type Change = (lines: string[]) => void;

/** Any characters at all, halves of surrogate pairs too. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc.uint16Array({ maxLength }).map((codes) => String.fromCharCode(...codes));
}

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const change: fc.Arbitrary<Change> = fc.oneof(
  position.map((at) => (lines: string[]) => {
    lines.splice(Math.floor(at * lines.length), 1);
  }),
  position.map((at) => (lines: string[]) => {
    const index = Math.floor(at * lines.length);
    lines.splice(index, 0, lines[index] ?? "");
  }),
  fc.tuple(position, position).map(([one, other]) => (lines: string[]) => {
    const [a, b] = [Math.floor(one * lines.length), Math.floor(other * lines.length)];
    [lines[a], lines[b]] = [lines[b] ?? "", lines[a] ?? ""];
  }),
  fc.tuple(position, anyText(120)).map(([at, text]) => (lines: string[]) => {
    lines[Math.floor(at * lines.length)] = text;
  }),
  fc.tuple(position, position).map(([at, within]) => (lines: string[]) => {
    const index = Math.floor(at * lines.length);
    const line = lines[index] ?? "";
    lines[index] = line.slice(0, Math.floor(within * line.length));
  }),
);

/** The text with lines dropped, doubled, swapped, cut, or filled with random characters. */
export function damaged(text: string): fc.Arbitrary<string> {
  return fc.array(change, { minLength: 1, maxLength: 8 }).map((changes) => {
    const lines = text.split("\n");
    for (const one of changes) {
      one(lines);
    }
    return lines.join("\n");
  });
}

/** The bytes in pieces of random lengths. */
export function inPieces(bytes: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 }).map((lengths) => {
    const pieces: Uint8Array[] = [];
    for (let at = 0, n = 0; at < bytes.length; n++) {
      const end = at + (lengths[n % lengths.length] ?? 1);
      pieces.push(bytes.subarray(at, end));
      at = end;
    }
    return pieces;
  });
}
