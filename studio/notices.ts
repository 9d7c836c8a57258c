/**
 * The licences of the packages whose code is in the page. They are to go wherever that code goes: beside the served page they are
 * a file, in the single page they are a comment at its end.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "vite";
import { z } from "zod";

/** Collects what a build, and the builds of its workers, take from packages. */
export class Notices {
  /** Folders of packages. */
  readonly #folders = new Set<string>();

  /** For the page and for its workers: sees what is bundled. */
  collect(): Plugin {
    return {
      name: "notices-collect",
      renderChunk: (_code, chunk) => {
        for (const [id, { renderedLength }] of Object.entries(chunk.modules)) {
          const folder = renderedLength > 0 ? packageFolder(id) : undefined;
          if (folder !== undefined) {
            this.#folders.add(folder);
          }
        }
        return null;
      },
    };
  }

  /** For the page: writes them down. */
  write(single: boolean): Plugin {
    const text = (): string => this.#text();
    return {
      name: "notices-write",
      transformIndexHtml: {
        order: "post",
        handler: (html) =>
          single
            ? html.replace("</html>", () => `</html>\n<!--\n${text().replaceAll("--", "- -")}-->`)
            : html,
      },
      generateBundle() {
        if (!single) {
          this.emitFile({ type: "asset", fileName: "notices.txt", source: text() });
        }
      },
    };
  }

  #text(): string {
    const notices = [...this.#folders].toSorted().map(noticeOf);
    return `This page has code of these packages in it:\n\n${notices.join("\n")}`;
  }
}

/** The folder of the package that a module is in; undefined for our own. */
function packageFolder(id: string): string | undefined {
  const file = id.replace(/^\0/, "").split("?", 1)[0] ?? "";
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}

/** @throws Error for a package without a licence: it must not go into the page */
function noticeOf(folder: string): string {
  const about = readFileSync(path.join(folder, "package.json"), "utf8");
  const { name, version } = z.object({ name: z.string(), version: z.string() }).parse(JSON.parse(about));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) {
    throw new Error(`${name} has no licence`);
  }
  return `${name} ${version}\n\n${readFileSync(path.join(folder, file), "utf8").trim()}\n`;
}
