import { chmod, lstat, mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folderWith, maptrap, removeFolder } from "../../support/maptrap-command.js";
import { oneSidedText, shopProgram } from "../../support/shop-crash.js";
import { expectAccessible } from "../support/browser.js";
import { documentsIn as documentsInFile, fromDisk as pageFromDisk } from "../support/from-disk.js";
import { RealFiles } from "../support/real-files.js";

let folder = "";
let files: RealFiles;

beforeAll(async () => {
  folder = await folderWith({ ...shopProgram, "crash.log": oneSidedText });
  files = new RealFiles(path.join(folder, "real"));
});

afterAll(async () => removeFolder(folder));

const fromDisk = (name: string, use: (page: Page) => Promise<void>): Promise<void> =>
  pageFromDisk(path.join(folder, name), use);
const documentsIn = (name: string) => documentsInFile(path.join(folder, name));

describe("--html", () => {
  it("writes a page of a crash that works from disk, and changes nothing of what explain prints", async () => {
    const plain = await maptrap(["explain", "crash.log"], { cwd: folder });
    const withHtml = await maptrap(["explain", "--html", "crash.html", "crash.log"], { cwd: folder });
    expect([withHtml.status, withHtml.stdout]).toEqual([plain.status, plain.stdout]);
    expect(withHtml.stderr).toBe("maptrap: the page is in crash.html\n");
    await fromDisk("crash.html", async (page) => {
      await expect.poll(() => page.textContent("main")).toMatch(/inferred/i);
      await expect.poll(() => page.textContent("main")).toContain("main.go");
      await expectAccessible(page);
    });
  });

  it("has the recording of an event file inside, and the timeline shows it", async () => {
    const { file } = await files.recorded("1.27");
    const plain = await maptrap(["read", file], { cwd: folder });
    const read = await maptrap(["read", "--html", "read.html", file], { cwd: folder });
    expect([read.status, read.stdout]).toEqual([plain.status, plain.stdout]);
    const studio = await maptrap(["studio", "--html", "studio.html", file], { cwd: folder });
    expect([studio.status, studio.stdout, studio.stderr]).toEqual([
      0,
      "",
      "maptrap: the page is in studio.html\n",
    ]);
    const [ofRead] = await documentsIn("read.html");
    const [ofStudio] = await documentsIn("studio.html");
    expect(ofStudio?.recordings.map(({ bytes }) => bytes.kind)).toEqual(["embedded"]);
    expect(ofRead?.recordings).toEqual(ofStudio?.recordings);
    await fromDisk("read.html", async (page) => {
      await page.getByRole("link", { name: "Timeline", exact: true }).click();
      await expect.poll(() => page.textContent("main")).toMatch(/[\d,]+ events of \d+ goroutines on \d+ map/);
    });
  });

  it("has a program of the model inside, which runs in the page", async () => {
    const program = "a: m[1]=2 | b: _=m[1]";
    const explored = await maptrap(["model", "explore", program, "--html", "model.html"], { cwd: folder });
    expect(explored.status).toBe(66);
    expect((await documentsIn("model.html")).map(({ model }) => model?.begin)).toEqual(["explore"]);
    await fromDisk("model.html", async (page) => {
      await page.getByRole("link", { name: "Model", exact: true }).click();
      await expect.poll(() => page.textContent("main")).toContain("fatal error");
    });
  });

  it("has nothing run that is in a text, whatever it says", async () => {
    const bad = "</script><script>document.title='bad'</script><!--<script><img src=x onerror=alert(1)>";
    await writeFile(path.join(folder, "bad.log"), oneSidedText.replaceAll("main.go", `${bad}.go`));
    await maptrap(["explain", "--html", "bad.html", "bad.log"], { cwd: folder });
    await fromDisk("bad.html", async (page) => {
      await expect.poll(() => page.textContent("main")).toContain("<!--<script>");
      expect(await page.title()).not.toBe("bad");
    });
  });

  it("is refused before the work where it cannot be written, and leaves nothing behind", async () => {
    const before = await readdir(folder);
    await mkdir(path.join(folder, "taken"), { recursive: true });
    for (const [name, reason] of [
      ["missing/x.html", "its folder does not exist"],
      ["taken", "it is a folder"],
      ["/dev/null", "it is not a regular file"],
      ["-", "the report has standard output for itself (./- is a file)"],
      [`${"x".repeat(300)}.html`, "the name is too long"],
    ] as const) {
      const refused = await maptrap(["explain", "--html", name, "crash.log"], { cwd: folder });
      expect([refused.status, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr).toContain(`the page cannot be written to ${name}: ${reason}`);
    }
    expect((await readdir(folder)).filter((name) => !before.includes(name))).toEqual(["taken"]);
  });

  it("takes the place of a file that is there, through a link too, for the same eyes", async () => {
    await writeFile(path.join(folder, "old.html"), "old");
    await chmod(path.join(folder, "old.html"), 0o640);
    await symlink("old.html", path.join(folder, "link.html"));
    await maptrap(["explain", "--html", "link.html", "crash.log"], { cwd: folder });
    expect(await documentsIn("old.html")).toHaveLength(1);
    expect((await stat(path.join(folder, "old.html"))).mode & 0o777).toBe(0o640);
    expect((await readdir(folder)).filter((name) => name.startsWith(".maptrap"))).toEqual([]);
  });

  it("is written through a link to a file that is not there yet", async () => {
    await symlink("new.html", path.join(folder, "to-new.html"));
    await maptrap(["explain", "--html", "to-new.html", "crash.log"], { cwd: folder });
    expect((await lstat(path.join(folder, "to-new.html"))).isSymbolicLink()).toBe(true);
    expect(await documentsIn("new.html")).toHaveLength(1);
  });
});
