/**
 * Places in a map, as sentences name them: `bucket 3, slot 2`, `old bucket 1, overflow 1`, `table 4 group 2, slot 7`, `group 0`,
 * `table 4 growthLeft`, `flags`. What is said to be broken (`where`) is such a place too.
 */

/** A place. */
export type MapPlace =
  /** A field of the header, or what else is not one of the others. */
  | { readonly kind: "header"; readonly field: string }
  /** `field` is empty for the table itself. */
  | { readonly kind: "table"; readonly table: number; readonly field: string }
  | {
      readonly kind: "block";
      readonly array: "buckets" | "old buckets" | "groups";
      /** Number of the table; undefined where there are none. */
      readonly table: number | undefined;
      readonly index: number;
      readonly overflow: number;
      /** Undefined for the block itself. */
      readonly slot: number | undefined;
    };

/** Reads a place. Anything that is no other place is taken for a field of the header. */
export function parsePlace(text: string): MapPlace {
  const bucket =
    /^(?<old>old )?bucket (?<index>\d{1,15})(?:, overflow (?<overflow>\d{1,15}))?(?:, slot (?<slot>[0-7]))?$/.exec(
      text,
    )?.groups;
  if (bucket !== undefined) {
    return {
      kind: "block",
      array: bucket["old"] === undefined ? "buckets" : "old buckets",
      table: undefined,
      index: Number(bucket["index"]),
      overflow: Number(bucket["overflow"] ?? 0),
      slot: numberOf(bucket["slot"]),
    };
  }
  const group = /^(?:table (?<table>\d{1,15}) )?group (?<index>\d{1,15})(?:, slot (?<slot>[0-7]))?$/.exec(
    text,
  )?.groups;
  if (group !== undefined) {
    return {
      kind: "block",
      array: "groups",
      table: numberOf(group["table"]),
      index: Number(group["index"]),
      overflow: 0,
      slot: numberOf(group["slot"]),
    };
  }
  const table = /^table (?<table>\d{1,15})(?: (?<field>\S.*))?$/.exec(text)?.groups;
  return table === undefined
    ? { kind: "header", field: text }
    : { kind: "table", table: Number(table["table"]), field: table["field"] ?? "" };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** The text of a place; {@link parsePlace} reads it. */
export function placeText(place: MapPlace): string {
  switch (place.kind) {
    case "header":
      return place.field;
    case "table":
      return `table ${place.table}${place.field === "" ? "" : ` ${place.field}`}`;
    case "block": {
      const slot = place.slot === undefined ? "" : `, slot ${place.slot}`;
      if (place.array === "groups") {
        return `${place.table === undefined ? "" : `table ${place.table} `}group ${place.index}${slot}`;
      }
      const overflow = place.overflow === 0 ? "" : `, overflow ${place.overflow}`;
      return `${place.array === "buckets" ? "bucket" : "old bucket"} ${place.index}${overflow}${slot}`;
    }
    default:
      return place satisfies never;
  }
}

/**
 * The buckets that an old bucket's entries go to: one in growth to the same size; else the one of the same number, and the one as far
 * behind it as there are old buckets.
 */
export function bucketsAfter(
  oldBucket: number,
  growing: { readonly sameSize: boolean; readonly oldBuckets: number },
): readonly number[] {
  return growing.sameSize ? [oldBucket] : [oldBucket, oldBucket + growing.oldBuckets];
}

/** The old bucket that a bucket is filled from. */
export function bucketBefore(bucket: number, growing: { readonly oldBuckets: number }): number {
  return bucket % growing.oldBuckets;
}

/**
 * With which bits the hashes begin of the keys in a table of a swiss map: `010` for the entries 4 and 5 of a directory of depth 4.
 *
 * @param first the first entry of the directory that points to it
 */
export function tablePrefix(first: number, localDepth: number, globalDepth: number): string {
  // Also where one of them is not a number, as in a file that is not what it says.
  if (!(localDepth > 0 && localDepth <= globalDepth && globalDepth <= 40)) {
    return "";
  }
  return Math.floor(first / 2 ** (globalDepth - localDepth))
    .toString(2)
    .padStart(localDepth, "0");
}
