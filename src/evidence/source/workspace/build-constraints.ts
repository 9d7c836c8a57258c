/**
 * Which files belong to a build: `//go:build` lines, `// +build` lines, and the names of files (`x_linux_amd64.go`).
 */

/** What a build is for. */
export interface BuildTarget {
  readonly goos: string;
  readonly goarch: string;
  /** The minor version of Go: 27 for Go 1.27. */
  readonly goMinor: number;
  /** Further tags that are set. */
  readonly tags: ReadonlySet<string>;
}

const unixSystems = new Set([
  "aix",
  "android",
  "darwin",
  "dragonfly",
  "freebsd",
  "hurd",
  "illumos",
  "ios",
  "linux",
  "netbsd",
  "openbsd",
  "solaris",
]);

const systems = new Set([...unixSystems, "js", "nacl", "plan9", "wasip1", "windows", "zos"]);

const architectures = new Set([
  "386",
  "amd64",
  "amd64p32",
  "arm",
  "arm64",
  "arm64be",
  "armbe",
  "loong64",
  "mips",
  "mips64",
  "mips64le",
  "mips64p32",
  "mips64p32le",
  "mipsle",
  "ppc",
  "ppc64",
  "ppc64le",
  "riscv",
  "riscv64",
  "s390",
  "s390x",
  "sparc",
  "sparc64",
  "wasm",
]);

function tagIsSet(target: BuildTarget, tag: string): boolean {
  if (tag === target.goos || tag === target.goarch || tag === "gc" || target.tags.has(tag)) {
    return true;
  }
  switch (tag) {
    case "unix":
      return unixSystems.has(target.goos);
    case "linux":
      return target.goos === "android";
    case "darwin":
      return target.goos === "ios";
    case "solaris":
      return target.goos === "illumos";
    default: {
      const release = /^go1\.(?<minor>\d{1,4})$/u.exec(tag)?.groups?.["minor"];
      return release !== undefined && Number(release) <= target.goMinor;
    }
  }
}

/** Whether a file's name lets it into the build. */
export function nameFits(name: string, target: BuildTarget): boolean {
  const stem = name.replace(/\.go$/u, "").replace(/_test$/u, "");
  // What stands before the first underscore is the name proper, also when it is called like a system.
  const parts = stem.split("_").slice(1);
  const last = parts.at(-1);
  const second = parts.at(-2);
  if (last === undefined) {
    return true;
  }
  if (second !== undefined && systems.has(second) && architectures.has(last)) {
    return tagIsSet(target, second) && tagIsSet(target, last);
  }
  return systems.has(last) || architectures.has(last) ? tagIsSet(target, last) : true;
}

/** Whether the lines at the top of a file let it into the build. */
export function textFits(text: string, target: BuildTarget): boolean {
  const plus: string[] = [];
  for (const line of header(text)) {
    if (line.startsWith("//go:build ")) {
      return evaluate(line.slice("//go:build ".length), target);
    }
    const old = /^\/\/\s*\+build\s+(?<terms>.*)$/u.exec(line)?.groups?.["terms"];
    if (old !== undefined) {
      plus.push(old);
    }
  }
  return plus.every((terms) => oldLine(terms, target));
}

/** The comment lines in front of the package clause. */
function* header(text: string): Generator<string> {
  let at = 0;
  let inBlock = false;
  while (at < text.length) {
    const end = text.indexOf("\n", at);
    const line = text.slice(at, end === -1 ? text.length : end).trim();
    at = end === -1 ? text.length : end + 1;
    if (inBlock) {
      inBlock = !line.includes("*/");
    } else if (line.startsWith("/*")) {
      inBlock = !line.includes("*/");
    } else if (line.startsWith("//")) {
      yield line;
    } else if (line !== "") {
      return;
    }
  }
}

function oldLine(terms: string, target: BuildTarget): boolean {
  return terms
    .split(/\s+/u)
    .filter((option) => option !== "")
    .some((option) =>
      option
        .split(",")
        .every((term) => (term.startsWith("!") ? !tagIsSet(target, term.slice(1)) : tagIsSet(target, term))),
    );
}

const maxNesting = 100;

/** Evaluates `linux && (amd64 || !cgo)`. What cannot be read keeps the file in the build. */
export function evaluate(expression: string, target: BuildTarget): boolean {
  const tokens = expression.match(/\|\||&&|[!()]|[^\s|&!()]+/gu) ?? [];
  let at = 0;
  const unary = (depth: number): boolean => {
    const token = tokens[at++];
    if (depth > maxNesting || token === undefined) {
      return true;
    }
    if (token === "!") {
      return !unary(depth + 1);
    }
    if (token === "(") {
      const value = or(depth + 1);
      at++;
      return value;
    }
    return tagIsSet(target, token);
  };
  const and = (depth: number): boolean => {
    let value = unary(depth);
    while (tokens[at] === "&&") {
      at++;
      const right = unary(depth);
      value &&= right;
    }
    return value;
  };
  const or = (depth: number): boolean => {
    let value = and(depth);
    while (tokens[at] === "||") {
      at++;
      const right = and(depth);
      value ||= right;
    }
    return value;
  };
  return or(0);
}
