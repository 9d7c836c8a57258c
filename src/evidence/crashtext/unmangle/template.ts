/**
 * Prefixes that no rule knows, learnt from lines that can be told anywhere: what stands before `goroutine 7 [running]:` is
 * the prefix, and its neighbours have one of the same kind.
 *
 *     Build⇥Run tests⇥goroutine 7 [running]:        →   Build⇥Run tests⇥
 *     node03!app/4711#goroutine 7 [running]:        →   node\d+!app/\d+#
 */

/** Where a goroutine's header begins that runs to the end of the line. */
const headerAnchor =
  /goroutine \d{1,16}(?: gp=0x[0-9a-f]{1,16} m=(?:nil|\d{1,9})(?: mp=0x[0-9a-f]{1,16})?)? \[[^[\]]{1,300}\](?: \{[^\n]{0,2000}\})?:/;
/** Where a goroutine's origin begins. */
const originAnchor = /created by [^\s()]{1,500}[.)]\S{1,500}(?: in goroutine \d{1,16})?$/;

const longestPrefix = 500;

/** Where the anchor begins in a line that has one behind a prefix; -1 when there is none. */
export function anchorStart(text: string): number {
  const start = anchorIn(text);
  // What ends like a file or a function line is no prefix: a line end was lost.
  return start > 0 &&
    /(?:\+0x[\da-f]{1,16}|\)|\.(?:go|s):\d{1,9})\s{0,40}$/.test(text.slice(Math.max(0, start - 80), start))
    ? -1
    : start;
}

function anchorIn(text: string): number {
  const goroutine = text.indexOf("goroutine ");
  if (goroutine > 0 && goroutine <= longestPrefix) {
    const found = headerAnchor.exec(text.slice(0, 4000));
    if (found !== null && found.index > 0) {
      return found.index;
    }
  }
  const created = text.indexOf("created by ");
  return created > 0 && created <= longestPrefix && originAnchor.test(text.slice(created, 2000))
    ? created
    : -1;
}

/** The pattern that a prefix is an example of: digits vary, the rest stays. */
export function templateOf(prefix: string): RegExp {
  let source = "";
  for (const run of prefix.matchAll(/\d+|\s+|[^\d\s]+/g)) {
    const text = run[0];
    if (/^\d/.test(text)) {
      source += "\\d{1,20}";
    } else if (/^\s/.test(text)) {
      source += "\\s{1,40}";
    } else {
      source += text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
    }
  }
  // Blanks at the end of the prefix may be trimmed where nothing follows, or be the line's own.
  return new RegExp(source.replace(/\\s\{1,40\}$/, "(?:\\s|$)"), "y");
}
