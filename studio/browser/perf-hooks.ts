/** What code of src/ uses of node:perf_hooks; a page has it by itself. */
export const performance = globalThis.performance;
