/**
 * Keeps facts on disk, keyed by what they were made from.
 *
 * The key is a hash of all files' paths and contents, of the options, and of the code that makes the facts, so an entry
 * never goes stale. The folder belongs to the user alone. Entries are written beside their final name and then renamed; an entry whose
 * checksum does not fit is made again. The oldest entries go when there are too many.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type SourceFacts } from "./facts.js";
import { type FoundTree } from "./workspace/tree.js";

const maxEntries = 20;
const maxTotalBytes = 300 * 1024 * 1024;
const suffix = ".json";
// A temporary file older than this was left by a process that died.
const staleMilliseconds = 3600_000;

/** Where facts are kept unless told otherwise. */
export function sourceCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment["XDG_CACHE_HOME"];
  const home = base !== undefined && path.isAbsolute(base) ? base : path.join(homedir(), ".cache");
  return path.join(home, "maptrap", "source");
}

let ownCode: string | undefined;

/** A hash of the code that makes facts: its files are those beside this one. */
function fingerprint(): string {
  if (ownCode === undefined) {
    const hash = createHash("sha256");
    const folder = fileURLToPath(new URL(".", import.meta.url));
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
      if (/\.[jt]s$/u.test(name)) {
        hash.update(`${name}\0`).update(readFileSync(path.join(folder, name)));
      }
    }
    ownCode = hash.digest("hex");
  }
  return ownCode;
}

/** The key of a tree and the options that it is read with. */
export function cacheKey(tree: FoundTree, options: string): string {
  const hash = createHash("sha256").update(`${fingerprint()}\0${options}\0`);
  for (const { folder, mod } of tree.modules) {
    hash.update(`${folder}\0${mod.module ?? ""}\0${mod.goVersion ?? ""}\0`);
  }
  hash.update(tree.notes.join("\0"));
  for (const file of tree.files) {
    hash.update(`\0${file.path}\0${file.text.length}\0`).update(file.text);
  }
  return hash.digest("hex");
}

/** Reads the facts for a key; null when they are not there or damaged. */
export async function readCached(folder: string, key: string): Promise<SourceFacts | null> {
  const file = path.join(folder, key + suffix);
  try {
    const text = await readFile(file, "utf8");
    const newline = text.indexOf("\n");
    if (newline === -1 || text.slice(0, newline) !== checksum(text.slice(newline + 1))) {
      return null;
    }
    const facts: unknown = JSON.parse(text.slice(newline + 1));
    if (!isFacts(facts)) {
      return null;
    }
    // The oldest by use go first.
    const now = new Date();
    await utimes(file, now, now).catch(() => undefined);
    return facts;
  } catch {
    return null;
  }
}

/** Keeps facts under a key. A cache that cannot be written is no reason to fail: the answer is then false. */
export async function writeCached(folder: string, key: string, facts: SourceFacts): Promise<boolean> {
  const temporary = path.join(folder, `${key}.${process.pid}.${Date.now()}.tmp`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const body = JSON.stringify(facts);
    await writeFile(temporary, `${checksum(body)}\n${body}`, { mode: 0o600, flag: "wx" });
    await rename(temporary, path.join(folder, key + suffix));
    await removeOldest(folder);
    return true;
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
    return false;
  }
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function removeOldest(folder: string): Promise<void> {
  const entries: { file: string; size: number; used: number }[] = [];
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const info = await stat(file).catch(() => null);
    if (info === null) {
      continue;
    }
    if (name.endsWith(suffix)) {
      entries.push({ file, size: info.size, used: info.mtimeMs });
    } else if (name.endsWith(".tmp") && Date.now() - info.mtimeMs > staleMilliseconds) {
      await rm(file, { force: true });
    }
  }
  entries.sort((a, b) => b.used - a.used);
  let total = 0;
  for (const [i, entry] of entries.entries()) {
    total += entry.size;
    if (i >= maxEntries || (total > maxTotalBytes && i > 0)) {
      await rm(entry.file, { force: true });
    }
  }
}

const arrays = ["modules", "functions", "variables", "accesses", "flows", "calls", "starts", "notes"];

/** Whether a value has the shape of facts; the checksum vouches for the rest. */
function isFacts(value: unknown): value is SourceFacts {
  return (
    typeof value === "object" &&
    value !== null &&
    "root" in value &&
    arrays.every((name) => Array.isArray(Object.entries(value).find(([key]) => key === name)?.[1]))
  );
}
