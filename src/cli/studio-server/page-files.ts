/** The files of the page as it was built, and the headers that go with all that is served. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { MaptrapError } from "../../base/errors.js";
import type { SinglePage } from "../../document/page.js";

/** The content security policy of the page: it loads what this server has, and code is never made of text. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  // The grammar of Go and the decoder of instructions are WebAssembly.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What every answer says. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": contentSecurityPolicy,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** The page was not built. */
export class PageMissingError extends MaptrapError {
  constructor(folder: string) {
    super(`the studio's page is not in ${folder}`, {
      wayOut: "install maptrap again, or build it: make build",
    });
  }
}

/**
 * A folder that the page was built into: beside the compiled files, or, where the sources themselves run, in dist.
 *
 * @param name `served` or `single`
 */
export function builtPage(name: "served" | "single"): string {
  const beside = fileURLToPath(new URL(`../../studio/${name}`, import.meta.url));
  const built = fileURLToPath(new URL(`../../../dist/studio/${name}`, import.meta.url));
  return isFile(path.join(beside, "index.html")) ? beside : built;
}

/**
 * Reads the page, whole: what is served are these files, by these names, and no request leads to the file system.
 *
 * @returns by name, relative to the page and with slashes: `assets/index-1234.js`; the page itself is ""
 * @throws PageMissingError
 */
export function readPage(folder: string): ReadonlyMap<string, PageFile> {
  const index = path.join(folder, "index.html");
  if (!isFile(index)) {
    throw new PageMissingError(folder);
  }
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => ({ name: name.split(path.sep).join("/"), file: path.join(folder, name) }))
    .filter(({ file }) => isFile(file) && types[path.extname(file)] !== undefined)
    .map(({ name, file }) => [name, pageFile(file)] as const);
  return new Map([...files, ["", pageFile(index)]]);
}

/**
 * Reads the page that is one file.
 *
 * @throws PageMissingError
 */
export function readSinglePage(folder = builtPage("single")): SinglePage {
  const files = [...readPage(folder)].map(([name, { bytes }]) => ({ name, text: bytes.toString("utf8") }));
  const ending = (end: string): string => files.find(({ name }) => name.endsWith(end))?.text ?? "";
  return { html: ending(".html"), script: ending(".js"), style: ending(".css") };
}

function pageFile(file: string): PageFile {
  return { type: types[path.extname(file)] ?? "application/octet-stream", bytes: readFileSync(file) };
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
