import { mkdtemp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough, Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import { explainCommand } from "../../src/cli/commands/explain.js";
import { lastWords, oneSidedText, panicText, shopProgram, wholeText } from "../support/shop-crash.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maptrap-explain-"));
  vi.stubEnv("XDG_CACHE_HOME", path.join(folder, ".cache"));
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

/** Writes files below the test's folder. */
async function put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** The program below a folder. */
const programIn = (below: string) =>
  Object.fromEntries(Object.entries(shopProgram).map(([name, text]) => [`${below}/${name}`, text]));

/** Calls the command; gives what it printed as it does so, and what it would end with. */
function start(words: readonly string[], input: Readable & { isTTY?: boolean } = Readable.from([])) {
  const printed = { text: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.text += String(text);
    return true;
  });
  const command = explainCommand(
    { call: ["maptrap", "explain", ...words], environment: { NO_COLOR: "1" }, workingDirectory: folder },
    () => input as unknown as NodeJS.ReadStream,
  );
  return { printed, done: command.parseAsync([...words], { from: "user" }) };
}

/** The same, to its end. */
async function explain(words: readonly string[], input?: Readable & { isTTY?: boolean }) {
  const { printed, done } = start(words, input);
  await done.finally(() => vi.restoreAllMocks());
  return { output: printed.text, status: process.exitCode };
}

const file = (name: string) => path.join(folder, name);

describe("maptrap explain", () => {
  it("reads a file, finds the source below the working directory, and ends with 66", async () => {
    await put({ "crash.log": wholeText, ...programIn("src/shop") });
    const { output, status } = await explain([file("crash.log")]);
    expect(output).toContain("The other side, inferred");
    expect(output).toContain("Write at cache.go:13 in main.(*Cache).Put");
    expect(output).toContain("> 13 |     c.items[name]++");
    expect(status).toBe(66);
  });

  it("reads several files, and standard input as well", async () => {
    await put({ "one.log": wholeText, "two.log": panicText });
    const { output, status } = await explain(
      [file("one.log"), "-", file("two.log"), "--no-source"],
      Readable.from([Buffer.from(oneSidedText)]),
    );
    expect(output.match(/^o\d {2}.*/gm)).toEqual([
      "o0  fatal error: concurrent map read and map write",
      "o1  fatal error: concurrent map read and map write",
      "o2  panic: assignment to entry in nil map",
    ]);
    expect(output).toContain("text:  standard input, lines 1 to 11");
    expect(status).toBe(66);
  });

  it.each<[string, (text: string) => Uint8Array]>([
    ["gzip", (text) => gzipSync(text)],
    ["UTF-16", (text) => Buffer.from(`\ufeff${text}`, "utf16le")],
    ["CRLF", (text) => Buffer.from(text.replaceAll("\n", "\r\n"))],
  ])("reads %s", async (_, encode) => {
    await put({ "crash.log": encode(wholeText) });
    const { output, status } = await explain([file("crash.log"), "--no-source"]);
    expect(output).toContain("Read by goroutine 18");
    expect(status).toBe(66);
  });

  it("shows a crash and what the recorder printed on it as one", async () => {
    await put({ "crash.log": `${oneSidedText}${lastWords}exit status 2\n`, ...programIn("shop") });
    const { output, status } = await explain([file("crash.log")]);
    expect(output.match(/^o\d {2}.*/gm)).toEqual(["o0  fatal error: concurrent map read and map write"]);
    expect(output).toMatch(/The other side, caught\n {5}Write by goroutine 5 at \S*cache\.go:13/);
    expect(output).not.toContain("Also possible");
    expect(output).not.toContain("report of maptrap's probe");
    expect(status).toBe(66);
    const { output: json } = await explain([file("crash.log"), "--json"]);
    expect(decodeCase(json, "stdout").findings).toMatchObject([
      { certainty: "caught", observations: ["o0", "o1"] },
    ]);
  });

  it("ends with 0 when there is no conflict on a map", async () => {
    expect((await explain(["--no-source"], Readable.from([Buffer.from(panicText)]))).status).toBe(0);
    const quiet = await explain([], Readable.from([Buffer.from("all is well\n")]));
    expect(quiet).toEqual({ output: "No crash of a Go program was found in 1 line of text.\n", status: 0 });
  });

  it("looks at the text only when told so", async () => {
    await put({ "crash.log": wholeText, ...programIn("shop") });
    const { output } = await explain([file("crash.log"), "--no-source"]);
    expect(output).toContain("The other side is not known.");
    expect(output).not.toContain("Source:");
  });

  it("prints the case file, with all texts in it", async () => {
    await put({ "crash.log": wholeText, "two.log": oneSidedText, ...programIn("shop") });
    const { output, status } = await explain([file("crash.log"), file("two.log"), "--json"]);
    const incident = decodeCase(output, "stdout");
    expect(incident.observations.map(({ handle, evidence }) => `${handle} ${evidence}`)).toEqual([
      "o0 e0",
      "o1 e1",
    ]);
    expect(incident.evidence.map(({ kind }) => kind)).toEqual(["crash-text", "crash-text", "source"]);
    expect(incident.findings[0]).toMatchObject({ certainty: "inferred", map: { name: "Cache.items" } });
    expect(status).toBe(66);
  });

  it("gives errors with a way out", async () => {
    await put({ "crash.log": wholeText });
    const terminal = Object.assign(Readable.from([]), { isTTY: true });
    await expect(explain([], terminal)).rejects.toMatchObject({
      exitStatus: 2,
      wayOut: expect.stringContaining("name a file") as string,
    });
    await expect(explain([file("none.log")])).rejects.toMatchObject({
      exitStatus: 2,
      message: expect.stringContaining("does not exist") as string,
    });
    await expect(explain([folder])).rejects.toMatchObject({
      exitStatus: 2,
      message: expect.stringContaining("is a folder") as string,
    });
    for (const wrong of ["none", "crash.log"]) {
      await expect(explain([file("crash.log"), "--source", wrong])).rejects.toMatchObject({
        exitStatus: 2,
        message: `${wrong} is not a folder`,
      });
    }
  });
});

describe("maptrap explain, on a stream", () => {
  it("reports each crash when it has ended, while the stream stays open", async () => {
    const stream = new PassThrough();
    const { printed, done } = start(["--no-source", "-"], stream);
    const shown = async (wanted: string, times: number) => {
      const begun = Date.now();
      while (printed.text.split(wanted).length <= times && Date.now() - begun < 50_000) {
        await sleep(50);
      }
      expect(printed.text.split(wanted)).toHaveLength(times + 1);
    };
    stream.write("starting\nlistening on :8080\n");
    stream.write(oneSidedText);
    await shown("The side that noticed", 1);
    stream.write("starting again\n");
    stream.write(oneSidedText);
    await shown("The side that noticed", 2);
    expect(printed.text).not.toContain("listening");
    stream.end();
    await done;
    expect(process.exitCode).toBe(66);
  });
});

describe("maptrap explain, when the source goes away", () => {
  it("ends with the error at once, and not with an open stream", async () => {
    await put(programIn("shop"));
    const stream = new PassThrough();
    const { done } = start(["--source", file("shop")], stream);
    await rm(file("shop"), { recursive: true });
    stream.write(`${oneSidedText}\nstarting again\n`);
    await expect(done).rejects.toThrow("ENOENT");
    expect(stream.destroyed).toBe(true);
  });
});

describe("maptrap explain, with hostile paths", () => {
  it.each([
    ["a way out of the folder", "../../secret.go"],
    ["an absolute path", "/SECRET/secret.go"],
    ["a link that leads out", "/x/linked.go"],
    ["a link to a folder that leads out", "/x/outside/secret.go"],
  ])("shows nothing of %s", async (_, name) => {
    const secret =
      "package main\n\nvar items map[string]int\n\nfunc steal() {\n\tprintln(items[`TOPSECRET`])\n}\n";
    await put({ "secret.go": secret, ...programIn("work/shop") });
    await symlink(file("secret.go"), file("work/shop/linked.go"));
    await symlink(folder, file("work/shop/outside"));
    const place = name.replace("/SECRET", folder);
    const text = oneSidedText
      .replace("main.(*Cache).Get", "main.steal")
      .replace("/home/ada/shop/cache.go:20", `${place}:6`);
    const { output } = await explain(["--source", file("work/shop")], Readable.from([Buffer.from(text)]));
    expect(output).toContain("main.steal");
    expect(output).not.toContain("TOPSECRET");
  });
});
