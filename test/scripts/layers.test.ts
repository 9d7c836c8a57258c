import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { importsOf } from "../../scripts/imports.js";
import { layers, studioLayers, studioOutside } from "../../scripts/layer-table.js";
import { checkLayers } from "../../scripts/layers.js";

const trees: string[] = [];

/** Writes a made-up src/ and gives its path. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "maptrap-layers-"));
  trees.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

function problemsOf(files: Readonly<Record<string, string>>): readonly string[] {
  return checkLayers(tree(files), { name: "src", table: layers }).problems;
}

afterEach(() => {
  for (const root of trees.splice(0)) {
    rmSync(root, { recursive: true });
  }
});

describe("checkLayers", () => {
  it("lets folders import what stands to their left, themselves and packages", () => {
    const result = checkLayers(
      tree({
        "base/bytes.ts": 'import { join } from "node:path";',
        "golang/versions.ts": 'import { b } from "../base/bytes.js"; import { z } from "zod";',
        "evidence/ring/read.ts": 'import { v } from "../../golang/versions.js"; export * from "./format.js";',
        "evidence/ring/format.ts": "",
        "probe/run.ts": 'import type { F } from "../evidence/ring/format.js";',
        "cli/main.ts": 'const m = await import("../probe/run.js");',
        "index.ts": 'export { m } from "./cli/main.js";',
      }),
      { name: "src", table: layers },
    );
    expect(result).toEqual({ files: 7, imports: 6, problems: [] });
  });

  it.each([
    ["to the right", "base/a.ts", 'import { x } from "../golang/b.js";', "base may not import golang"],
    ["of a type", "case/a.ts", 'import type { X } from "../report/b.js";', "case may not import report"],
    ["of a type in place", "case/a.ts", 'type X = import("../cli/b.js").X;', "case may not import cli"],
    ["of a sibling", "gomap/a.ts", 'import "../case/b.js";', "gomap may not import case"],
    [
      "of a sibling's other part",
      "probe/a.ts",
      'import { x } from "../evidence/gdb/b.js";',
      "probe may not import evidence/gdb",
    ],
    ["while running", "golang/a.ts", 'await import("../cli/b.js");', "golang may not import cli"],
    [
      "while running, as a template",
      "golang/a.ts",
      "await import(`../cli/b.js`);",
      "golang may not import cli",
    ],
    ["by require", "golang/a.ts", 'const x = require("../cli/b.js");', "golang may not import cli"],
    ["computed", "cli/a.ts", "await import(`../${name}/b.js`);", "cannot be checked"],
    [
      "by a roundabout path",
      "base/a.ts",
      'export { x } from "../base/../cli/b.js";',
      "base may not import cli",
    ],
    ["of the entry", "cli/a.ts", 'import { x } from "../index.js";', "cli may not import ."],
    ["under the package's own name", "base/a.ts", 'import { x } from "maptrap";', "by relative paths"],
    ["of something outside", "base/a.ts", 'import { x } from "../../test/b.js";', "not in src/"],
  ])("refuses an import %s", (_name, file, source, reason) => {
    const problems = problemsOf({ [file]: `// one line\n${source}\n` });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${file}:2: `);
    expect(problems[0]).toContain(reason);
  });

  it("refuses a folder that is not in the table", () => {
    expect(problemsOf({ "base/a.ts": "", "utils/b.ts": "" })).toEqual([
      "utils/: this folder is not in scripts/layer-table.ts",
    ]);
  });

  it("fails when it looked at nothing", () => {
    expect(problemsOf({})).toEqual(["*: there is no source file, so nothing was checked"]);
    expect(problemsOf({ "base/README.md": "text" })).toHaveLength(1);
  });
});

describe("checkLayers on the page", () => {
  const studio = { name: "studio", table: studioLayers, outside: studioOutside, apart: ["views"] };

  it("lets views import what they may, and all but the command line of src", () => {
    const files = {
      "views/finding/index.tsx": `import { a } from "../../parts/a.js"; import "./finding.css";
        import { b } from "../../page/b.js"; import { c } from "./c.js"; import { d } from "../../../src/base/text.js";`,
    };
    expect(checkLayers(tree(files), studio).problems).toEqual([]);
  });

  it.each([
    ["another view", "views/finding/a.ts", "../timeline/b.js", "views/finding may not import views/timeline"],
    ["the frame", "views/finding/a.ts", "../../app/b.js", "views/finding may not import app"],
    [
      "the command line",
      "views/finding/a.ts",
      "../../../src/cli/b.js",
      "which is not in studio/ or src/base/",
    ],
    ["tests", "parts/a.ts", "../../test/b.js", "which is not in studio/"],
  ])("refuses an import of %s", (_name, file, specifier, reason) => {
    const { problems } = checkLayers(tree({ [file]: `import { x } from "${specifier}";` }), studio);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(reason);
  });
});

describe("the tables", () => {
  it.each([
    ["src", layers],
    ["studio", studioLayers],
  ])("of %s has no circle", (_name, table) => {
    const order = Object.keys(table);
    for (const [folder, allowed] of Object.entries(table)) {
      for (const entry of allowed) {
        expect(order.indexOf(entry.split("/")[0] ?? ""), `${folder} imports ${entry}`).toBeLessThan(
          order.indexOf(folder),
        );
      }
    }
  });
});

describe("importsOf", () => {
  function specifiers(source: string): (string | undefined)[] {
    return importsOf(source).map((found) => found.specifier);
  }

  it("finds every shape of import", () => {
    const source = `
      import a from "1"; import * as b from '2'; import { c, type d as e } from "3"
      import f, { "odd name" as g } from "4"; import "5"; import type { h } from "6";
      export * from "7"; export * as i from "8"; export { j,
        k } from "9"; export type { l } from "10"; export type * from "11"
      const m = await import("12"); type N = typeof import("13"); import o = require("14");
      import from from "15"; import { from } from "16"; const p = \`\${await import("17")}\`;
      const q = import("18", { with: { type: "json" } });`;
    expect(specifiers(source)).toEqual(Array.from({ length: 18 }, (_, index) => String(index + 1)));
  });

  it.each([
    ["line comment", '// import a from "x"'],
    ["block comment", '/* import a from "x"\n import "y" */'],
    ["string", "const a = 'import b from \"x\"';"],
    ["string with an escape", "const a = 'it\\'s import b from \"x\"';"],
    ["template", 'const a = `import b from "x" ${1 + 1} import "y"`;'],
    ["regular expression", 'const a = /["\']import "x"/;'],
    ["import.meta", 'const a = import.meta.url + from, b = "x";'],
    ["property", 'a.import("x"); const b = { import: "y" };'],
    [
      "plain exports",
      'export const from = "x"; export { a, b }; export type C = { from: "y" }; const d = "z";',
    ],
    ["exports without semicolons", 'export { a }\nconst from = "x"\n'],
  ])("is not misled by a %s", (_name, source) => {
    expect(specifiers(source)).toEqual([]);
  });

  it.each([
    ["an apostrophe in a regular expression", 'const a = /\'/; import "x";'],
    ["a slash in a class of one", 'const a = /[/"]/; import "x";'],
    ["division", 'const a = b / c; import "x"; const d = e / f;'],
    ["nested templates", 'const a = `${`${"}"}` + {}} \'`; import "x";'],
    ["an unfinished string", 'const a = \'oops\nimport "x";'],
    ["an unfinished comment before", '/* a */ import "x"; /* b'],
  ])("goes on after %s", (_name, source) => {
    expect(specifiers(source)).toEqual(["x"]);
  });

  it("counts lines from one", () => {
    expect(importsOf('\n\n  import "a";\nimport("b");').map((found) => found.line)).toEqual([3, 4]);
  });
});
