import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSinglePage } from "../../src/cli/studio-server/page-files.js";
import { documentsInPage, PageDocumentsError } from "../../src/document/documents-in-page.js";
import { emptyDocument, type StudioDocument } from "../../src/document/document.js";
import { pageHtml, PageShapeError } from "../../src/document/page.js";

const template = `<!doctype html>
<html><head>
    <meta charset="utf-8" />
    <title>maptrap studio</title>
    <script type="module" crossorigin src="./assets/index-1.js"></script>
    <link rel="stylesheet" crossorigin href="./assets/style-2.css">
</head><body>
<div id="studio"></div>
</body></html>
`;
const page = { html: template, script: 'const a = "$& $1 $`";', style: "a { color: red }" };

function written(documents: readonly StudioDocument[], parts: Partial<typeof page> = {}): string {
  const messages = documents.map((document) => ({ kind: "document", document }) as const);
  return [...pageHtml({ ...page, ...parts }, [...messages, { kind: "end" }])].join("");
}

/** Any UTF-16 units, also halves of pairs. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

/** As a browser's parser goes through script elements that hold no "<!--". */
function scriptsOf(html: string): string[] {
  return [...html.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script/gi)].map(([, text]) => text ?? "");
}

function policyOf(html: string): string {
  return /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
}

describe("pageHtml", () => {
  it("has script and style within, and names their hashes", () => {
    const html = written([emptyDocument("d0", "x.json")]);
    const hash = (text: string): string => createHash("sha256").update(text).digest("base64");
    expect(html).not.toMatch(/\bsrc=|<link\b/);
    expect(html).toContain(`<script type="module">${page.script}</script>`);
    expect(policyOf(html).split("; ")).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hash(page.script)}'`,
      `style-src 'sha256-${hash(page.style)}'`,
      "img-src data: blob:",
      "worker-src blob:",
      "connect-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html.indexOf("Content-Security-Policy")).toBeLessThan(html.indexOf("<style>"));
    expect(html.indexOf("maptrap-documents")).toBeLessThan(html.indexOf(page.script));
  });

  it("gives back any documents, whatever is in them, and no text ends the element that it is in", () => {
    const nasty = fc.constantFrom(
      "</script>",
      "</SCRIPT x>",
      "<!--",
      "<!--<script>",
      "]]>",
      "\u2028\u2029\u202e\0",
      "$&$`$'",
      "</body>",
      "\ud800",
    );
    const text = fc.array(fc.oneof(nasty, anyText), { maxLength: 6 }).map((all) => all.join(""));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.array(text)), { maxLength: 4 }), (all) => {
        const documents = all.map(([title, notes], index) => ({
          ...emptyDocument(`d${index}`, title),
          notes,
        }));
        const html = written(documents);
        const [data, script, ...others] = scriptsOf(html);
        expect(others).toEqual([]);
        expect(script).toBe(page.script);
        expect(data).not.toMatch(/[<>\u2028\u2029\u202e]/);
        expect(documentsInPage(html)).toEqual(documents);
      }),
    );
  });

  it("keeps what a script says where it has the ends of elements in it", () => {
    const script = 'globalThis.said = ["</script>", /<!--x/.source, `<script>`].join(" ");';
    const html = written([], { script });
    const [, inline = ""] = scriptsOf(html);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    const said: unknown = runInNewContext(inline);
    expect(String(said).replaceAll(String.raw`\x3C`, "<")).toBe("</script> <!--x <script>");
  });

  it("refuses a page of another shape", () => {
    const twice = template.replace("</head>", '<script src="./b.js"></script></head>');
    expect(() => written([], { html: twice })).toThrow(PageShapeError);
    expect(() => written([], { html: "" })).toThrow(PageShapeError);
  });

  it("takes the page as it is built", () => {
    const single = readSinglePage();
    const html = [...pageHtml(single, [{ kind: "end" }])].join("");
    const [, script = ""] = scriptsOf(html);
    expect(single.script.length).toBeGreaterThan(10_000);
    // Not by toBe: a megabyte of difference helps nobody.
    expect(script.replaceAll(String.raw`\x3C`, "<") === single.script.replaceAll(String.raw`\x3C`, "<")).toBe(
      true,
    );
    expect(html.includes(`<style>${single.style}</style>`)).toBe(true);
  });
});

describe("documentsInPage", () => {
  it("knows a page by its documents", () => {
    expect(documentsInPage("<html></html>")).toBeUndefined();
    expect(documentsInPage(written([]))).toEqual([]);
  });

  it("refuses documents that are damaged, or that ask for bytes from elsewhere", () => {
    const html = written([emptyDocument("d0", "x")]);
    expect(() => documentsInPage(html.replace('"version":1', '"version":9'))).toThrow(PageDocumentsError);
    expect(() => documentsInPage(html.replace('"kind":"document"', '"kind":"docu'))).toThrow(
      PageDocumentsError,
    );
    const served = {
      ...emptyDocument("d0", "x"),
      programs: [{ name: "a", bytes: { kind: "served", url: "http://example.com/", size: 1 } as const }],
    };
    expect(() => documentsInPage(written([served]))).toThrow(PageDocumentsError);
  });
});
