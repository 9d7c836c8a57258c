/**
 * Pictures of the page, made small: PNG files of at most 256 colours. A screenshot has a few thousand, nearly all of them from the soft
 * edges of letters. Reads what browsers write: 8 bits a channel, red, green and blue with or without transparency, not interlaced
 * (https://www.w3.org/TR/png-3/).
 */
import { crc32, deflateSync, inflateSync } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const mostColours = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each, as one number. */
  readonly colours: Uint32Array;
}

/** Makes a PNG file small. */
export function smallPng(file: Buffer): Buffer {
  const pixels = readPng(file);
  return writePng(pixels, chooseColours(pixels.colours));
}

function readPng(file: Buffer): Pixels {
  if (!file.subarray(0, 8).equals(signature)) {
    throw new Error("this is no PNG file");
  }
  const data: Buffer[] = [];
  let header: Buffer | undefined;
  for (let at = 8; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    const name = file.toString("latin1", at + 4, at + 8);
    const body = file.subarray(at + 8, at + 8 + length);
    if (name === "IHDR") {
      header = body;
    } else if (name === "IDAT") {
      data.push(body);
    }
    at += 12 + length;
  }
  const [depth, type, , , interlaced] = header?.subarray(8) ?? [];
  if (header === undefined || depth !== 8 || (type !== 2 && type !== 6) || interlaced !== 0) {
    throw new Error("this PNG file is not as browsers write them");
  }
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const channels = type === 6 ? 4 : 3;
  const bytes = unfiltered(inflateSync(Buffer.concat(data)), width * channels, channels);
  const colours = Uint32Array.from({ length: width * height }, (_, pixel) => {
    const at = pixel * channels;
    return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  });
  return { width, height, colours };
}

/** Undoes the filters of rows (section 9 of the specification). */
function unfiltered(data: Buffer, rowLength: number, step: number): Uint8Array {
  const rows = data.length / (rowLength + 1);
  const bytes = new Uint8Array(rows * rowLength);
  for (let row = 0; row < rows; row += 1) {
    const filter = data[row * (rowLength + 1)] ?? 0;
    for (let column = 0; column < rowLength; column += 1) {
      const at = row * rowLength + column;
      const left = column < step ? 0 : (bytes[at - step] ?? 0);
      const above = row === 0 ? 0 : (bytes[at - rowLength] ?? 0);
      const corner = row === 0 || column < step ? 0 : (bytes[at - rowLength - step] ?? 0);
      const raw = data[row * (rowLength + 1) + 1 + column] ?? 0;
      bytes[at] = raw + predicted(filter, left, above, corner);
    }
  }
  return bytes;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      const [a, b, c] = [left, above, corner].map((one) => Math.abs(left + above - corner - one));
      return (a ?? 0) <= (b ?? 0) && (a ?? 0) <= (c ?? 0) ? left : (b ?? 0) <= (c ?? 0) ? above : corner;
    }
    default:
      return 0;
  }
}

/** The most frequent colours, and for each other one the nearest of them. */
function chooseColours(colours: Uint32Array): {
  readonly palette: number[];
  readonly indexOf: Map<number, number>;
} {
  const counts = new Map<number, number>();
  for (const colour of colours) {
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const byCount = [...counts].toSorted(([, a], [, b]) => b - a).map(([colour]) => colour);
  const palette: number[] = [];
  // Colours that are hardly different from one that is there already would leave no room for rare ones.
  for (const nearest of [1200, 500, 200, 60, 0]) {
    for (const colour of byCount) {
      if (palette.length < mostColours && palette.every((one) => distance(one, colour) > nearest)) {
        palette.push(colour);
      }
    }
    // The first colours are the grounds and the letters, as they are.
    palette.unshift(...byCount.slice(0, 40).filter((one) => !palette.includes(one)));
    palette.length = Math.min(palette.length, mostColours);
  }
  return { palette, indexOf: new Map(byCount.map((colour) => [colour, nearestOf(palette, colour)])) };
}

function nearestOf(palette: readonly number[], colour: number): number {
  let best = 0;
  for (const [index, one] of palette.entries()) {
    best = distance(one, colour) < distance(palette[best] ?? 0, colour) ? index : best;
  }
  return best;
}

function distance(one: number, other: number): number {
  const red = (one >> 16) - (other >> 16);
  const green = ((one >> 8) & 255) - ((other >> 8) & 255);
  const blue = (one & 255) - (other & 255);
  return 2 * red * red + 4 * green * green + 3 * blue * blue;
}

function writePng(
  { width, height, colours }: Pixels,
  { palette, indexOf }: ReturnType<typeof chooseColours>,
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (width + 1));
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      rows[row * (width + 1) + 1 + column] = indexOf.get(colours[row * width + column] ?? 0) ?? 0;
    }
  }
  const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("PLTE", table),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, body: Buffer): Buffer {
  const whole = Buffer.alloc(12 + body.length);
  whole.writeUInt32BE(body.length, 0);
  whole.write(name, 4, "latin1");
  whole.set(body, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + body.length)), 8 + body.length);
  return whole;
}
