import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

function built(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../dist/studio/${path}`, import.meta.url)), "utf8");
}

/** The packages that a text has the licences of. */
function packagesIn(text: string): string[] {
  return [...text.matchAll(/^(@?[a-z][\w./-]*) \d+\.\d+\.\d+$/gm)].map(([, name = ""]) => name).toSorted();
}

describe("the licences of what is in the page", () => {
  const ofAll = ["@preact/signals", "@preact/signals-core", "fflate", "preact", "zod"];

  it("lie beside the served page", () => {
    const packages = packagesIn(built("served/notices.txt"));
    expect(packages).toEqual([...ofAll, "iced-x86", "tree-sitter-go", "web-tree-sitter"].toSorted());
  });

  it("are at the end of the single page", () => {
    const html = built("single/index.html");
    const comment = html.slice(html.indexOf("</html>"));
    expect(packagesIn(comment)).toEqual(ofAll);
    expect(comment.match(/Permission is hereby granted/g)).toHaveLength(ofAll.length);
    expect(comment.match(/--/g)).toHaveLength(2);
  });
});
