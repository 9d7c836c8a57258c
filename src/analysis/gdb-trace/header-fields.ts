/** A map's header, as the words of a row hold it, in Go's own names. */

/** A field with its value; addresses are shown in hexadecimal. */
export interface Field {
  readonly name: string;
  readonly value: bigint;
  readonly isAddress: boolean;
}

const low = (word: bigint | undefined, shift: number, bits: number): bigint =>
  ((word ?? 0n) >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n);

/**
 * The fields without flags and without the hash's seed.
 *
 * @param words the first 48 bytes in words of 8
 */
export function headerFields(
  implementation: "classic" | "swiss",
  words: readonly bigint[],
): readonly Field[] {
  const number = (name: string, value: bigint): Field => ({ name, value, isAddress: false });
  const address = (name: string, value: bigint | undefined): Field => ({
    name,
    value: value ?? 0n,
    isAddress: true,
  });
  if (implementation === "classic") {
    return [
      number("count", words[0] ?? 0n),
      number("B", low(words[1], 8, 8)),
      number("noverflow", low(words[1], 16, 16)),
      address("buckets", words[2]),
      address("oldbuckets", words[3]),
      number("nevacuate", words[4] ?? 0n),
    ];
  }
  return [
    number("used", words[0] ?? 0n),
    address("dirPtr", words[2]),
    number("dirLen", words[3] ?? 0n),
    number("globalDepth", low(words[4], 0, 8)),
    number("clearSeq", words[5] ?? 0n),
  ];
}

/** The byte with the flags, or the mark of a writer. */
export function flagsOf(implementation: "classic" | "swiss", words: readonly bigint[]): number {
  return Number(implementation === "classic" ? low(words[1], 0, 8) : low(words[4], 16, 8));
}

/** The fields of a swiss map's table. */
export function tableFields(words: readonly bigint[]): readonly Field[] {
  const field = (name: string, value: bigint): Field => ({ name, value, isAddress: false });
  return [
    field("table used", low(words[0], 0, 16)),
    field("table capacity", low(words[0], 16, 16)),
    field("table growthLeft", low(words[0], 32, 16)),
    field("table localDepth", low(words[0], 48, 8)),
  ];
}

/** What flags mean, in Go's names. */
export function flagNames(implementation: "classic" | "swiss", flags: number): string {
  const names =
    implementation === "swiss"
      ? [[1, "writing"] as const]
      : ([
          [1, "iterator"],
          [2, "oldIterator"],
          [4, "hashWriting"],
          [8, "sameSizeGrow"],
        ] as const);
  const set = names.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  const rest = names.reduce((left, [bit]) => left & ~bit, flags);
  return [...set, ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])].join(" | ");
}
