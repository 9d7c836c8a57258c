/**
 * Builds the page twice, from the same source: into dist/studio/served, as files that `maptrap studio` serves, and, with
 * `--mode single`, into dist/studio/single, where all code is in one script, for `--html`.
 */
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin, type Rollup } from "vite";
import { icedForPages, withoutDecoder } from "./iced-for-pages.js";
import { Notices } from "./notices.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What stands in for modules of Node where code of src/ runs in a page. */
const standIns = {
  "node:buffer": here("./browser/buffer.ts"),
  "node:util": here("./browser/util.ts"),
  "node:zlib": here("./browser/zlib.ts"),
  "node:path": here("./browser/path.ts"),
  "node:timers/promises": here("./browser/timers-promises.ts"),
  "node:perf_hooks": here("./browser/perf-hooks.ts"),
  "node:fs": here("./browser/fs.ts"),
  "node:timers": here("./browser/timers.ts"),
};

const standInAliases = Object.entries(standIns).map(([find, replacement]) => ({ find, replacement }));

/**
 * In the single page, the code of workers lies within the script too, once for all of them: most of it is the same. Each
 * `x.worker.ts?worker` becomes the one worker that holds all.
 */
const workersWithin: Plugin = {
  name: "workers-within",
  enforce: "pre",
  async resolveId(source, importer) {
    return source.endsWith(".worker.ts?worker")
      ? this.resolve(`${here("./app/single.worker.ts")}?worker&inline`, importer)
      : null;
  },
};

/**
 * Comments of zod that only esbuild understands; and what web-tree-sitter has for modules with code in JavaScript, which grammars do not
 * have: the page's content security policy would not let it run.
 */
function isExpected({ code, id, loc }: Rollup.RollupLog): boolean {
  return (
    code === "INVALID_ANNOTATION" || (code === "EVAL" && /\/web-tree-sitter\//.test(id ?? loc?.file ?? ""))
  );
}

export default defineConfig(({ mode }) => {
  const single = mode === "single";
  const notices = new Notices();
  return {
    root: here("."),
    base: "./",
    // Attributes of workers and of dynamic imports are relative to the page, which lies under a token.
    resolve: { alias: [...standInAliases, { find: /^zod$/, replacement: here("./browser/zod.ts") }] },
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
    define: { "import.meta.env.STUDIO_SINGLE": JSON.stringify(single) },
    plugins: [
      ...(single ? [withoutDecoder, workersWithin] : [icedForPages]),
      notices.collect(),
      notices.write(single),
    ],
    // A script that lies within a page that was opened from disk can start a classic worker, but none of modules.
    worker: single
      ? {
          format: "iife",
          plugins: () => [withoutDecoder, workersWithin, notices.collect()],
          rollupOptions: { output: { inlineDynamicImports: true } },
        }
      : { format: "es", plugins: () => [icedForPages, notices.collect()] },
    build: {
      outDir: here(single ? "../dist/studio/single" : "../dist/studio/served"),
      emptyOutDir: true,
      target: "es2022",
      modulePreload: false,
      cssCodeSplit: false,
      assetsInlineLimit: single ? Number.MAX_SAFE_INTEGER : 0,
      rollupOptions: {
        ...(single ? { output: { inlineDynamicImports: true } } : {}),
        onwarn: (warning, show) => {
          if (!isExpected(warning)) {
            show(warning);
          }
        },
      },
      chunkSizeWarningLimit: 2000,
    },
    logLevel: "warn",
  };
});
