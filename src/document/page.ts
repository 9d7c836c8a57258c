/**
 * One file with the whole page and documents in it. Nothing is loaded from elsewhere, neither by the page nor by what is in the
 * documents: a content security policy in the file names the hashes of its one script and its one style, and allows nothing else.
 */
import { createHash } from "node:crypto";
import { MaptrapError } from "../base/errors.js";
import type { DocumentMessage } from "./document.js";
import { documentsStart } from "./documents-in-page.js";
import { encodeMessage } from "./message.js";

/** The page as it was built into dist/studio/single. */
export interface SinglePage {
  /** Its index.html, which names one script and one style. */
  readonly html: string;
  /** The text of that script, */
  readonly script: string;
  /** and of that style. */
  readonly style: string;
}

/** The page is not as it is built: another script, or none. */
export class PageShapeError extends MaptrapError {
  constructor(what: string) {
    super(`the studio's page has ${what}`, { wayOut: "install maptrap again, or build it: make build" });
  }
}

const scriptTag = /<script\b[^>]*\bsrc="([^"]*)"[^>]*><\/script>/g;
const styleTag = /<link\b[^>]*\brel="stylesheet"[^>]*>/g;
const charset = '<meta charset="utf-8" />';

/**
 * The file, piece by piece: it may be larger than one text can be.
 *
 * @param messages what the page opens, in the order in which it would come from a server
 * @throws PageShapeError
 */
export function* pageHtml(page: SinglePage, messages: Iterable<DocumentMessage>): Generator<string> {
  const { html } = page;
  const scripts = [...html.matchAll(scriptTag)].length;
  const styles = [...html.matchAll(styleTag)].length;
  if (scripts !== 1 || styles !== 1 || !html.includes(charset) || !html.includes("</body>")) {
    throw new PageShapeError(`${scripts} scripts and ${styles} styles where one of each was expected`);
  }
  const script = scriptText(page.script);
  const style = page.style.replace(/<\/style/gi, String.raw`<\/style`);
  const policy = `<meta http-equiv="Content-Security-Policy" content="${policyFor(script, style)}" />`;
  const [head, body] = splitAtEnd(
    replaceText(
      replaceText(html.replaceAll(scriptTag, ""), styleTag, `<style>${style}</style>`),
      charset,
      `${charset}\n    ${policy}`,
    ),
    "</body>",
  );
  yield head;
  yield `${documentsStart}\n`;
  for (const message of messages) {
    yield `${embedded(encodeMessage(message))}\n`;
  }
  yield "</script>\n";
  yield `<script type="module">${script}</script>\n`;
  yield body;
}

/** As `replace`, but nothing in the replacement has a meaning. */
function replaceText(text: string, pattern: string | RegExp, replacement: string): string {
  return text.replace(pattern, () => replacement);
}

/** Two parts of a text: before the last place where `end` stands, and from there on. */
function splitAtEnd(text: string, end: string): readonly [string, string] {
  const at = text.lastIndexOf(end);
  return [text.slice(0, at), text.slice(at)];
}

/**
 * A script as it may stand in HTML, where "</script" ends it and "<!--" may hide its end. Both are only ever parts of texts and of
 * patterns in it, where an escape means the same.
 */
function scriptText(script: string): string {
  return script.replace(/<(?=!--|\/?script)/gi, String.raw`\x3C`);
}

/** JSON that is in HTML: no text in it can end the element or begin another, hide something, or show it in another order. */
function embedded(json: string): string {
  return json.replace(/[<>&\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

function policyFor(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data: blob:",
    "worker-src blob:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
