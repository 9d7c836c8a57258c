/**
 * Finds type descriptors in a program. The compiler's lists leave out types that were declared with a name, and have changed with
 * the versions, so all of the modules' types are looked through: each descriptor begins at a multiple of 8.
 */
import type { Address } from "../memory.js";
import { commonSize, parseHead } from "./descriptor.js";
import type { GoMapType, GoType } from "./go-type.js";
import { fullName } from "./full-name.js";
import type { TypeReader } from "./reader.js";
import { readView } from "./words.js";

/** How much is looked through at once. */
const pieceSize = 1 << 16;

/** All types of maps of a program. A type that only reflection made while the program ran is not among them. */
export function findMapTypes(types: TypeReader): readonly GoMapType[] {
  const found: GoMapType[] = [];
  for (const address of candidates(types, (view, at) => (view.getUint8(at + 23) & 0x1f) === 21)) {
    const type = types.mapAt(address);
    const isOne =
      type !== undefined &&
      types.moduleOf(type.key) !== undefined &&
      types.moduleOf(type.element) !== undefined &&
      type.name !== "?" &&
      types.at(type.key) !== undefined &&
      types.at(type.element) !== undefined;
    if (isOne) {
      found.push(type);
    }
  }
  return found;
}

/**
 * The types of that name: as messages have it (`main.Order`), or with the whole path of the package (`example.org/shop.Order`),
 * as debuggers have it. Several where two packages have the same name.
 */
export function findTypesNamed(types: TypeReader, name: string): readonly GoType[] {
  const wanted = withoutSpaces(name);
  // Both forms end with the same word; the whole path is put together only where that fits.
  const lastWord = /[\p{L}\p{Nd}_]*[^\p{L}\p{Nd}_]*$/u.exec(wanted)?.[0] ?? "";
  const found: GoType[] = [];
  for (const address of candidates(types, () => true)) {
    const type = types.at(address);
    const isOne =
      type !== undefined &&
      withoutSpaces(type.name).endsWith(lastWord) &&
      (withoutSpaces(type.name) === wanted || withoutSpaces(fullName(types, type)) === wanted);
    if (isOne) {
      found.push(type);
    }
  }
  return found;
}

function withoutSpaces(name: string): string {
  return name.replaceAll(" ", "").replaceAll("interface{}", "any");
}

function* candidates(
  types: TypeReader,
  matches: (view: DataView, offset: number) => boolean,
): Generator<Address> {
  for (const { start, end } of types.modules) {
    for (let piece = start; piece < end; piece += pieceSize) {
      const length = Math.min(pieceSize, end - piece);
      const view = readView(types.memory, piece, length);
      if (view === undefined) {
        continue;
      }
      for (let at = 0; at + commonSize <= length; at += 8) {
        if (matches(view, at) && looksLikeHead(view, at, types, end - start)) {
          yield piece + at;
        }
      }
      // A descriptor whose start lies across two pieces.
      yield* acrossEnd(piece + length, end, types, matches);
    }
  }
}

function* acrossEnd(
  boundary: Address,
  end: Address,
  types: TypeReader,
  matches: (view: DataView, offset: number) => boolean,
): Generator<Address> {
  const from = boundary - commonSize + 8;
  const length = 2 * commonSize - 16;
  const view = from + length <= end ? readView(types.memory, from, length) : undefined;
  if (view === undefined) {
    return;
  }
  for (let at = 0; at + commonSize <= length; at += 8) {
    if (matches(view, at) && looksLikeHead(view, at, types, end)) {
      yield from + at;
    }
  }
}

/** Whether it can be a descriptor, as far as the first 48 bytes tell; other data hardly ever is taken for one. */
function looksLikeHead(view: DataView, at: number, types: TypeReader, size: number): boolean {
  const head = parseHead(view, at, types.layout);
  return (
    head !== undefined &&
    head.name > 0 &&
    head.name < size &&
    view.getUint8(at + 22) === view.getUint8(at + 21)
  );
}
