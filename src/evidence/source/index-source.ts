/**
 * Reads the source of a Go program below a folder, and says what it says about its maps.
 */
import { cacheKey, readCached, sourceCacheFolder, writeCached } from "./cache.js";
import type { SourceFacts } from "./facts.js";
import { type BuildChoice, buildTarget, factsOfTree, type Progress } from "./facts-of-tree.js";
import { loadGrammar } from "./parse/grammar-file.js";
import { findFiles } from "./workspace/find-files.js";

export type { Progress } from "./make-program.js";

/** How source is read. */
export interface IndexOptions extends BuildChoice {
  /** Whether _test.go files count; yes unless given. */
  readonly includeTests?: boolean;
  /** Where facts are kept; null for nowhere. The user's cache folder unless given. */
  readonly cacheFolder?: string | null;
  readonly progress?: Progress;
}

/**
 * Reads the source below a folder.
 *
 * @param root the folder; nothing outside it is read
 * @throws an error of the file system when the folder itself cannot be read
 */
export async function indexSource(root: string, options: IndexOptions = {}): Promise<SourceFacts> {
  const target = buildTarget(options);
  const includeTests = options.includeTests ?? true;
  const progress = options.progress ?? (() => undefined);
  progress("read", 0);
  const tree = await findFiles(root, includeTests);
  const folder = options.cacheFolder === undefined ? sourceCacheFolder() : options.cacheFolder;
  const described = JSON.stringify([
    target.goos,
    target.goarch,
    target.goMinor,
    [...target.tags],
    includeTests,
  ]);
  const key = folder === null ? "" : cacheKey(tree, described);
  if (folder !== null) {
    const cached = await readCached(folder, key);
    if (cached !== null) {
      return { ...cached, root: tree.root };
    }
  }
  const facts = await factsOfTree(tree, target, await loadGrammar(), progress);
  if (folder !== null) {
    await writeCached(folder, key, facts);
  }
  return facts;
}
