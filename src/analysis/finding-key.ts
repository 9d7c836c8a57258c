/** Which findings are one: those of one kind, between the same two places. */
import type { Finding, PlacedFrame } from "../case/case.js";

/**
 * Equal for two findings on the same conflict, whatever evidence they come from.
 *
 * @returns undefined where a place is not known: nothing says then that two are the same
 */
export function findingKey({
  kind,
  sides,
}: {
  readonly kind: Finding["kind"];
  readonly sides: readonly { readonly site: PlacedFrame | null }[];
}): string | undefined {
  const places = sides.flatMap(({ site }) => (site === null ? [] : [placeKey(site)]));
  return places.length < sides.length ? undefined : [kind, ...places.toSorted()].join("\n");
}

/** Binaries and texts name the same file with and without its folder. */
export function placeKey({ function: name, file, line }: PlacedFrame): string {
  return `${name} ${(file ?? "").replace(/^.*[\\/]/, "")}:${line ?? 0}`;
}
