import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Integration tests of compilers, readers and models: real Go programs, but nothing in them depends on timing. */
const untimed = [
  "asm",
  "builds",
  "crash-texts",
  "explain",
  "gctrace",
  "inference",
  "map-decoder",
  "map-layout",
  "map-model-classic",
  "map-model-swiss",
  "order-atomics",
  "overlay",
  "pclntab",
  "program",
  "source-oracle",
  "stopped-goroutines",
  "transparency",
].map((name) => `test/integration/${name}.test.ts`);

/** Before each file of tests. */
const setupFiles = ["test/support/property-seed.ts"];

/** So many files at a time: on two processors vitest would take one. */
const sideBySide = Math.max(2, availableParallelism() - 1);

// Unit tests run first, all at once, then the integration tests that do not depend on timing. The others start real Go programs that do,
// so their files run afterwards and one after another.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          setupFiles,
          include: ["test/**/*.test.ts"],
          exclude: ["test/integration/**", "test/studio/browser/**"],
          // A property test that takes a second takes many on a machine that does something else too.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: sideBySide,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "untimed",
          setupFiles,
          include: untimed,
          // The first one of a version may have to wait until the standard library is compiled anew, on a machine that is busy.
          testTimeout: 900_000,
          hookTimeout: 900_000,
          maxWorkers: sideBySide,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          // In Debian's Chromium.
          name: "studio",
          setupFiles,
          include: ["test/studio/browser/**/*.test.ts"],
          // What a page shows in a moment takes longer when another file's browser has the processors.
          expect: { poll: { timeout: 60_000 } },
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: sideBySide,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "integration",
          setupFiles,
          include: ["test/integration/**/*.test.ts"],
          exclude: untimed,
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
