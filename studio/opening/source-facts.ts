/**
 * What Go source says, made in the page. This code, and the grammar of Go, are fetched when source is read for the first time; only the
 * served page has them.
 */
import { stepTexts, targetOf } from "../../src/document/opening/source-target.js";
import type { CrashReport } from "../../src/evidence/crashtext/crash-text.js";
import type { SourceFacts } from "../../src/evidence/source/facts.js";
import { buildTarget, factsOfTree } from "../../src/evidence/source/facts-of-tree.js";
import { type Grammar, makeGrammar } from "../../src/evidence/source/parse/grammar.js";
import { treeOf } from "../../src/evidence/source/workspace/tree.js";
import grammarUrl from "tree-sitter-go/tree-sitter-go.wasm?url";
import engineUrl from "web-tree-sitter/web-tree-sitter.wasm?url";
import type { SourceHere } from "./source-here.js";

let loaded: Promise<Grammar> | undefined;

async function loadGrammar(): Promise<Grammar> {
  loaded ??= Promise.all([fetched(grammarUrl), fetched(engineUrl)]).then(async ([grammar, engine]) =>
    makeGrammar(grammar, engine),
  );
  return loaded;
}

async function fetched(url: string): Promise<Uint8Array> {
  const response = await fetch(new URL(url, import.meta.url));
  if (!response.ok) {
    throw new Error(`the grammar of Go could not be fetched: ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** The facts of the source that reports fit to. */
export async function factsFor(
  source: SourceHere,
  reports: readonly CrashReport[],
  progress: (text: string, share: number | null) => void,
): Promise<SourceFacts> {
  const { root, files } = source.partFor(reports);
  return factsOfTree(
    treeOf(root === "" ? "." : root, files),
    buildTarget(targetOf(reports)),
    await loadGrammar(),
    (what, done) => progress(`reading the source: ${stepTexts[what]}`, done),
  );
}
