/** `maptrap explain` as a person calls it. */
import { spawn } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import { command, entry, folderWith, maptrap, removeFolder } from "../support/maptrap-command.js";
import { oneSidedText, shopProgram, wholeText } from "../support/shop-crash.js";

let folder: string;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  const program = Object.entries(shopProgram).map(([name, text]): [string, string] => [`shop/${name}`, text]);
  folder = await folderWith({
    "crash.log": wholeText,
    "secret.go": "package main\n\nvar TOPSECRET = 1\n",
    ...Object.fromEntries(program),
  });
  environment = { XDG_CACHE_HOME: path.join(folder, "cache") };
});

afterAll(() => removeFolder(folder));

const explain = (args: readonly string[], stdin = "") =>
  maptrap(["explain", ...args], { cwd: folder, stdin, environment });

describe("maptrap explain", () => {
  it("names both sides from a file and from standard input", async () => {
    for (const { status, stdout, stderr } of [await explain(["crash.log"]), await explain([], wholeText)]) {
      expect(stdout).toContain("Write at cache.go:13 in main.(*Cache).Put");
      expect([status, stderr]).toEqual([66, ""]);
    }
  });

  it("writes a case file that `maptrap read` shows as well", async () => {
    const { stdout } = await explain(["crash.log", "--json"]);
    expect(decodeCase(stdout, "stdout").findings[0]?.map.name).toBe("Cache.items");
    await writeFile(path.join(folder, "case.json"), stdout);
    const read = await maptrap(["read", "case.json"], { cwd: folder, environment });
    expect(read.stdout).toBe((await explain(["crash.log"])).stdout);
    expect(read.status).toBe(66);
  });

  it("ends with 2 and one sentence when it is called wrongly", async () => {
    for (const args of [["none.log"], ["shop"], ["crash.log", "--source", "none"], ["--nonsense"]]) {
      const { status, stdout, stderr } = await explain(args);
      expect([args, status, stdout]).toEqual([args, 2, ""]);
      expect(stderr).not.toContain("    at ");
    }
  });

  it("takes no offence at a reader that has seen enough", async () => {
    const many = path.join(folder, "many.log");
    await writeFile(many, `${wholeText}\n`.repeat(200));
    const line = `${process.execPath} ${entry} explain --no-source ${many} | head -1`;
    const { stdout, stderr } = await command("sh", ["-c", line], { cwd: folder, environment });
    expect(stdout).toBe("o0  fatal error: concurrent map read and map write\n");
    expect(stderr).toBe("");
  });

  it("reports a crash while the program that printed it is still there", async () => {
    const child = spawn(process.execPath, [entry, "explain", "--no-source"], { cwd: folder });
    let shown = "";
    const reported = new Promise<void>((resolve) => {
      child.stdout.on("data", (piece: Buffer) => {
        shown += piece.toString();
        if (shown.includes("The side that noticed")) {
          resolve();
        }
      });
    });
    child.stdin.write("listening\n");
    child.stdin.write(oneSidedText);
    // However long it takes: until then its input has not ended.
    await reported;
    child.stdin.end();
    const status = await new Promise((resolve) => child.once("close", resolve));
    expect(status).toBe(66);
  });
});

describe("a text whose paths lead out of the source", () => {
  it("makes the command open nothing there", async () => {
    const source = path.join(folder, "shop");
    await mkdir(path.join(folder, "elsewhere"), { recursive: true });
    await symlink(path.join(folder, "secret.go"), path.join(source, "linked.go"));
    await symlink(folder, path.join(source, "outside"));
    const places = [
      "../secret.go",
      path.join(folder, "secret.go"),
      "/x/linked.go",
      "/x/outside/secret.go",
      "/etc/passwd",
    ];
    const text = places
      .map((place) =>
        oneSidedText.replaceAll("/home/ada/shop/cache.go", place).replace("(*Cache).Get", "steal"),
      )
      .join("\n");
    const log = path.join(folder, "opened.log");
    const traced = await command(
      "strace",
      ["-f", "-e", "trace=open,openat", "-o", log, process.execPath, entry, "explain", "--source", source],
      { cwd: folder, stdin: text, environment },
    ).catch(() => undefined);
    const result = traced ?? (await explain(["--source", source], text));
    expect(result.stdout).toContain("main.steal");
    expect(result.stdout).not.toContain("TOPSECRET");
    if (traced !== undefined) {
      const opened = (await readFile(log, "utf8")).split("\n");
      expect(opened.some((line) => line.includes("cache.go"))).toBe(true);
      expect(opened.filter((line) => /secret\.go|linked\.go|\/etc\/passwd/.test(line))).toEqual([]);
    }
  });
});
