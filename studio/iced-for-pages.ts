/**
 * The package iced-x86 is built for Node: it reads its WebAssembly from the file system, and its exports are those of CommonJS. For the
 * page it becomes a module that fetches the WebAssembly, when that module is first imported and not before.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/** The one file that uses the package. */
const user = fileURLToPath(new URL("../src/golang/instructions/decoder.ts", import.meta.url));

/** The plugin of Vite. */
export const icedForPages: Plugin = {
  name: "iced-for-pages",
  enforce: "pre",
  transform(code, id) {
    return id.endsWith("/iced-x86/iced_x86.js")
      ? { code: asModule(code, readFileSync(user, "utf8")), map: null }
      : null;
  },
};

/**
 * The page in one file carries no decoder, which is larger than the rest of it: there programs are not decoded, and the view says which
 * command does that.
 */
export const withoutDecoder: Plugin = {
  name: "without-decoder",
  enforce: "pre",
  resolveId: (source) =>
    source === "iced-x86" || source.endsWith("/decode.worker.ts?worker") ? nothing : null,
  load: (id) => (id === nothing ? "export default undefined;" : null),
};

const nothing = "\0without-decoder";

/** What stands in the package, and what the page has instead. */
const replacements: readonly (readonly [string | RegExp, string])[] = [
  [
    "let imports = {};",
    'import bytesUrl from "./iced_x86_bg.wasm?url";\nconst exported = {};\nlet imports = {};',
  ],
  [/^const \{ TextDecoder, TextEncoder \} = require\(`util`\);$/m, ""],
  [/^const path = require\('path'\)\.join\(__dirname, 'iced_x86_bg\.wasm'\);$/m, ""],
  [
    /^const bytes = require\('fs'\)\.readFileSync\(path\);$/m,
    "const response = await fetch(bytesUrl);\nif (!response.ok) {\n  throw new Error(`the decoder could not be fetched: the server answers ${response.status}`);\n}\nconst bytes = await response.arrayBuffer();",
  ],
];

/**
 * Rewrites the package's one file. Of its exports only those remain that are used: the others are most of it.
 *
 * @param code of the package
 * @param users the text of what uses it
 * @throws Error when something is not there that has to be replaced: then the package is another version
 */
export function asModule(code: string, users: string): string {
  let text = code;
  for (const [from, to] of replacements) {
    const next = text.replace(from, () => to);
    if (next === text) {
      throw new Error(`iced-x86 does not hold ${String(from)}`);
    }
    text = next;
  }
  const used: string[] = [];
  text = text.replace(/^module\.exports\.([A-Z][A-Za-z0-9]*) =/gm, (_, name: string) => {
    if (new RegExp(`\\b${name}\\b`).test(users)) {
      used.push(name);
    }
    return `const exported_${name} =`;
  });
  const list = used.map((name) => `exported_${name} as ${name}`);
  return `${text.replaceAll("module.exports", "exported")}\nexport { ${list.join(", ")} };\n`;
}
