/** What code of src/ uses of node:util; a page has it by itself. */
export const TextDecoder = globalThis.TextDecoder;
export const TextEncoder = globalThis.TextEncoder;
