/** Opens the file of a large map: line by line where it is laid out so, else whole. */
import { packMap } from "../block-packer.js";
import type { MapPart } from "../document.js";
import { mapDocumentSchema } from "../map-schema.js";
import { encodeBlocks } from "../packed-bytes.js";
import { recogniseWhole } from "../recognise.js";
import type { GivenFile, Surroundings } from "../surroundings.js";
import { checked, DamagedFileError } from "./checked.js";
import { readMapLines } from "./map-lines.js";

/**
 * Opens it.
 *
 * @throws DamagedFileError, GivenFileError
 */
export async function openLargeMap(
  file: GivenFile,
  { progress }: Pick<Surroundings, "progress">,
): Promise<MapPart> {
  let said = 0;
  const read = await readMapLines(file, (share) => {
    if (share - said >= 0.02) {
      said = share;
      progress(`reading ${file.name}`, share);
    }
  });
  return read === undefined ? readWholeMap(file) : { ...read, file: file.name };
}

async function readWholeMap(file: GivenFile): Promise<MapPart> {
  const found = await recogniseWhole(file);
  if (found?.kind !== "map") {
    throw new DamagedFileError(file.name, "it begins as a map, and is no JSON");
  }
  return mapPart(found.value, file.name);
}

/** From so many blocks on they are packed. */
const manyBlocks = 4096;

/**
 * A map as `maptrap map --json` gives it, in whatever layout.
 *
 * @throws DamagedFileError
 */
export function mapPart(value: unknown, file: string): MapPart {
  const { subject, map, notes } = checked(mapDocumentSchema, value, file);
  const groups = map.tables.reduce((sum, table) => sum + table.groups.length, 0);
  if (map.blocks.length + map.oldBlocks.length + groups < manyBlocks) {
    return { title: subject, file, map, notes };
  }
  const packed = packMap(map);
  const bytes = encodeBlocks(packed.blocks);
  return {
    title: subject,
    file,
    map: packed.map,
    notes,
    packed: { kind: "held", bytes, size: bytes.length },
  };
}
