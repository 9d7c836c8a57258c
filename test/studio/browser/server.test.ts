import { type ChildProcess, spawn } from "node:child_process";
import { copyFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { entry, folderWith, removeFolder } from "../../support/maptrap-command.js";
import { oneSidedText, shopProgram } from "../../support/shop-crash.js";
import { repositoryRoot } from "../../support/toolchains.js";
import { withPage } from "../support/browser.js";

let folder = "";

beforeAll(async () => {
  folder = await folderWith({ ...shopProgram, "crash.log": oneSidedText });
  await copyFile(
    path.join(repositoryRoot, "fixtures/article/article.maptrap"),
    path.join(folder, "article.maptrap"),
  );
});

afterAll(async () => removeFolder(folder));

/** The command as a person starts it, until the person ends it. */
async function withCommand(
  args: readonly string[],
  use: (url: string, child: ChildProcess) => Promise<void>,
  stdin = "",
): Promise<{ readonly status: number | null; readonly stderr: string }> {
  const child = spawn(process.execPath, [entry, "studio", ...args], { cwd: folder });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdin.end(stdin);
  let stderr = "";
  child.stderr.on("data", (piece: Buffer) => (stderr += piece.toString()));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (piece: Buffer) => resolve(piece.toString().trim()));
      child.once("close", () => reject(new Error(`it ended: ${stderr}`)));
    });
    await use(url, child);
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGINT");
    }
  }
  return { status: await ended, stderr };
}

describe("maptrap studio", () => {
  it("shows what it was given with both sides and their source, also after a reload, until Ctrl-C", async () => {
    let address = "";
    const { status, stderr } = await withCommand(["crash.log", "article.maptrap"], async (url) => {
      address = url;
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/$/);
      await withPage(url, async (page) => {
        await expect.poll(() => page.textContent("main")).toContain("main.go");
        await page.reload();
        await expect.poll(() => page.textContent("main")).toContain("main.go");
        await page.getByRole("link", { name: "Timeline", exact: true }).click();
        await expect.poll(() => page.url()).toContain("timeline");
      });
    });
    expect([status, stderr]).toEqual([0, ""]);
    // Another server may have the port by now; it does not know the address.
    const isThere = fetch(address).then(
      ({ ok }) => ok,
      () => false,
    );
    expect(await isThere).toBe(false);
  });

  it("takes a text from standard input, and finds the other side in the source that lies around", async () => {
    const { status } = await withCommand(
      ["-"],
      async (url) => {
        await withPage(url, async (page) => {
          await expect.poll(() => page.textContent("main")).toMatch(/inferred/i);
          await expect.poll(() => page.textContent("main")).toContain("shop");
        });
      },
      oneSidedText,
    );
    expect(status).toBe(0);
  });

  it("says on the page and on stderr what it cannot open, and shows the rest", async () => {
    const { stderr } = await withCommand(["go.mod", "crash.log"], async (url) => {
      await withPage(url, async (page) => {
        await expect.poll(() => page.textContent("body")).toContain("go.mod");
        await expect.poll(() => page.textContent("main")).toMatch(/inferred/i);
      });
    });
    expect(stderr).toMatch(/^maptrap: go\.mod: /);
  });

  it("is not started for a file that is not there", async () => {
    const child = spawn(process.execPath, [entry, "studio", "nothing.log"], { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (piece: Buffer) => (stderr += piece.toString()));
    const status = await new Promise((resolve) => child.once("close", resolve));
    expect([status, stderr]).toEqual([2, "maptrap: nothing.log does not exist\n"]);
  });
});
