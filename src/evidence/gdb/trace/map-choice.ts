/** Which map a person means, as it is written on the command line. */
import { UsageError } from "../../../base/errors.js";
import { parseSourceLine, type SourceLine } from "../map-code/map-calls.js";

/** A map. `text` is what was written. */
export type MapChoice = { readonly text: string } & (
  | { readonly kind: "address"; readonly address: number }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "written"; readonly line: SourceLine }
  | { readonly kind: "local"; readonly line: SourceLine; readonly name: string }
);

/**
 * Reads `main.cache`, `cache.go:40`, `cache.go:40 m` or `0xc000012345`.
 *
 * @throws UsageError for anything else
 */
export function parseMapChoice(text: string): MapChoice {
  const words = text.trim();
  if (/^0x[0-9a-f]{1,12}$/i.test(words)) {
    return { text: words, kind: "address", address: Number(words) };
  }
  const local = /^(\S.*:\d+)\s+([A-Za-z_]\w*)$/.exec(words);
  const localLine = parseSourceLine(local?.[1] ?? "");
  if (localLine !== undefined && local?.[2] !== undefined) {
    return { text: words, kind: "local", line: localLine, name: local[2] };
  }
  const line = parseSourceLine(words);
  if (line !== undefined) {
    return { text: words, kind: "written", line };
  }
  if (/^[^\s:]+\.[^\s:.]+$/.test(words)) {
    return { text: words, kind: "variable", name: words };
  }
  throw new UsageError(
    `${text} names no map`,
    "write a variable (main.cache), a line (cache.go:40), a line and a local variable ('cache.go:40 m'), or an address (0xc000012345)",
  );
}
