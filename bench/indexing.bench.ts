/**
 * Indexing Go source: half a million lines of the standard library's tree, first without and then with the cache.
 *
 * Goals: the first index in under 20 s, the next run in under 1 s.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { indexSource } from "../src/evidence/source/index-source.js";
import { toolchain } from "../test/support/toolchains.js";

const wantedLines = 500_000;
const rounds = 3;

/** Copies Go files without tests, in the order of their names, until there are enough lines. */
function copyUntilEnough(from: string, to: string): void {
  let lines = 0;
  const visit = (folder: string): void => {
    const entries = readdirSync(path.join(from, folder), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "testdata" && !/^[._]/u.test(entry.name)) {
          visit(inside);
        }
      } else if (entry.name === "go.mod" || (isSource(entry.name) && lines < wantedLines)) {
        mkdirSync(path.join(to, folder), { recursive: true });
        cpSync(path.join(from, inside), path.join(to, inside));
        lines += isSource(entry.name) ? readFileSync(path.join(from, inside), "utf8").split("\n").length : 0;
      }
    }
  };
  visit("");
}

function isSource(name: string): boolean {
  return name.endsWith(".go") && !name.endsWith("_test.go");
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function measure(folder: string): Promise<void> {
  const root = path.join(folder, "source");
  copyUntilEnough(realpathSync(path.join(toolchain("1.27"), "src")), root);
  const firsts: number[] = [];
  const nexts: number[] = [];
  let lines = 0;
  let files = 0;
  let accesses = 0;
  for (let round = 0; round < rounds; round++) {
    const options = { cacheFolder: path.join(folder, `cache-${round}`) };
    firsts.push(
      await seconds(async () => {
        const facts = await indexSource(root, options);
        ({ lines, files } = facts);
        accesses = facts.accesses.length;
      }),
    );
    nexts.push(await seconds(async () => indexSource(root, options)));
  }
  const best = (values: readonly number[]): number => Math.min(...values);
  const [first, next] = [best(firsts), best(nexts)];
  if (lines < 400_000 || accesses === 0) {
    throw new Error(`the index has ${lines} lines and ${accesses} accesses only`);
  }
  console.log(
    `indexing: ${lines} lines in ${files} files: first ${first.toFixed(1)} s (goal 20), ` +
      `from the cache ${next.toFixed(2)} s (goal 1), ratio ${(first / next).toFixed(1)}; ` +
      `${Math.round(lines / first / 1000)} thousand lines/s, best of ${rounds}`,
  );
}

const folder = mkdtempSync(path.join(tmpdir(), "maptrap-bench-"));
try {
  await measure(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
