/** What code of src/ uses of node:path, for paths with slashes. */

/** Takes out what leads nowhere: `a//b/./c/../d` is `a/b/d`. */
export function normalize(path: string): string {
  const isRooted = isAbsolute(path);
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") {
      parts.pop();
    } else if (part === ".." ? !isRooted : part !== "" && part !== ".") {
      parts.push(part);
    }
  }
  const body = parts.join("/");
  const end = path.endsWith("/") && body !== "" ? "/" : "";
  return isRooted ? `/${body}${end}` : body === "" ? (path.endsWith("/") ? "./" : ".") : `${body}${end}`;
}

/** Whether a path begins at the root. */
export function isAbsolute(path: string): boolean {
  return path.startsWith("/");
}

/** Puts paths together. */
export function join(...parts: readonly string[]): string {
  const joined = parts.filter((part) => part !== "").join("/");
  return joined === "" ? "." : normalize(joined);
}

/** Puts paths together, beginning with the last absolute one; a page is nowhere, so that is the root. */
export function resolve(...parts: readonly string[]): string {
  const begin = parts.findLastIndex(isAbsolute);
  const joined = normalize(["/", ...parts.slice(Math.max(0, begin))].join("/"));
  return joined.length > 1 && joined.endsWith("/") ? joined.slice(0, -1) : joined;
}

/** The folder of a path. */
export function dirname(path: string): string {
  const trimmed = withoutEnd(path);
  const slash = trimmed.lastIndexOf("/");
  return slash === -1 ? "." : slash === 0 ? "/" : withoutEnd(trimmed.slice(0, slash));
}

/** The last part of a path, without an ending when it has it. */
export function basename(path: string, ending = ""): string {
  const trimmed = withoutEnd(path);
  const base = trimmed.slice(trimmed.lastIndexOf("/") + 1);
  return ending !== "" && base !== ending && base.endsWith(ending) ? base.slice(0, -ending.length) : base;
}

/** The ending of a path, with its dot. */
export function extname(path: string): string {
  const base = basename(path);
  const dot = base.lastIndexOf(".");
  return dot <= 0 || base === ".." ? "" : base.slice(dot);
}

/** The way from one path to another. */
export function relative(from: string, to: string): string {
  const [one, other] = [elementsOf(from), elementsOf(to)];
  const common = one.findIndex((part, at) => part !== other[at]);
  const shared = common === -1 ? one.length : common;
  return [...one.slice(shared).map(() => ".."), ...other.slice(shared)].join("/");
}

function elementsOf(path: string): string[] {
  return resolve(path)
    .split("/")
    .filter((part) => part !== "");
}

function withoutEnd(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
}

export const sep = "/";
/** These are the ones. */
export const posix = { normalize, isAbsolute, join, resolve, dirname, basename, extname, relative, sep };
// oxlint-disable-next-line import/no-default-export -- as node:path has it
export default posix;
