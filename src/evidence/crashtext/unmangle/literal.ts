/**
 * Texts in which line ends and tabs are written out: `fatal error: x\n\ngoroutine 7 [running]:\nmain.f()\n\t/src/main.go:12`.
 */

/** What a written-out line end stands before or behind in a dump. Paths of Windows have `\n` in them too: `C:\new\main.go`. */
const evidence = /\\n(?:\\t|\\n|goroutine \d|created by )|[)\]]:?\\n|\\r\\n|\}\\n\{/;

/** Whether the text has several lines of a dump in it, with their ends written out. */
export function hasLiteralLines(text: string): boolean {
  return text.includes("\\n") && evidence.test(text);
}

/** The lines of such a text. Escaped several times over, it is unescaped as often. */
export function literalLines(given: string): readonly string[] {
  // Log entries behind one another keep their own escapes.
  if (/\}\\n\{"/.test(given)) {
    return given.split(/(?<=\})\\n(?=\{"|$)/);
  }
  let text = given;
  // `\\n` is a line end that was escaped twice.
  for (
    let round = 0;
    round < 3 && /\\\\n(?:\\\\t|\\\\n|goroutine |created by )|\)\\\\n/.test(text);
    round++
  ) {
    text = text.replace(/\\(["\\])/g, "$1");
  }
  return text.includes("\\\\") || text.includes('\\"') ? unescapeWell(text).split("\n") : splitLoosely(text);
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "",
  '"': '"',
  "\\": "\\",
  "/": "/",
  "'": "'",
};

/** Where backslashes and quotes were escaped as well, every escape counts. */
function unescapeWell(text: string): string {
  return text.replace(/\\([ntr"\\/'])/g, (whole, letter: string) => escapes[letter] ?? whole);
}

/** Where line ends were only written out, a `\n` within a path is none. */
function splitLoosely(text: string): string[] {
  const lines: string[] = [];
  let from = 0;
  for (let at = text.indexOf("\\n"); at !== -1; at = text.indexOf("\\n", at + 2)) {
    if (isInPath(text, from, at)) {
      continue;
    }
    lines.push(tabbed(text.slice(from, at)));
    from = at + 2;
  }
  lines.push(tabbed(text.slice(from)));
  return lines;
}

/** `\new\main.go` behind a drive letter. */
function isInPath(text: string, from: number, at: number): boolean {
  const line = text.slice(Math.max(from, at - 1000), at);
  return /(?:^|\\t|[\s])[A-Za-z]:(?:[\\/][^:*?"<>|]{0,500})?$/.test(line);
}

function tabbed(line: string): string {
  const text = line.replace(/\\r$/, "");
  // In a path of Windows `\t` begins a folder's name.
  return /[A-Za-z]:\\/.test(text) ? text.replace(/^(?:\\t)+/, "\t") : text.replaceAll("\\t", "\t");
}
