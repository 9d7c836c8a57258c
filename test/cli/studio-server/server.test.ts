import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ListenError } from "../../../src/cli/http-server.js";
import { MessageLog } from "../../../src/cli/studio-server/messages.js";
import { PageMissingError } from "../../../src/cli/studio-server/page-files.js";
import { NotARegularFileError, ServedFile } from "../../../src/cli/studio-server/served-file.js";
import { startStudioServer, type StudioServer } from "../../../src/cli/studio-server/server.js";
import { emptyDocument } from "../../../src/document/document.js";

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

let folder = "";
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maptrap-studio-"));
});

afterEach(async () => {
  await Promise.all(closing.splice(0).map(async (close) => close()));
  await rm(folder, { recursive: true });
});

async function start({
  files = [] as ServedFile[],
  messages = new MessageLog(),
  port = 0,
} = {}): Promise<StudioServer> {
  const page = path.join(folder, "page");
  await mkdir(path.join(page, "assets"), { recursive: true });
  await writeFile(path.join(page, "index.html"), "<!doctype html>the page");
  await writeFile(path.join(page, "assets", "a.js"), "1");
  await writeFile(path.join(folder, "secret.js"), "secret");
  const server = await startStudioServer({ messages, files, port, page });
  closing.push(async () => server.close());
  return server;
}

async function opened(name: string, content: string | Uint8Array): Promise<ServedFile> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  const served = await ServedFile.open(file);
  closing.push(async () => served.close());
  return served;
}

/** Asks with any method, path and headers; fetch would not let us. */
function ask(
  { port, token }: StudioServer,
  name: string,
  {
    method = "GET",
    headers = {},
    whole = false,
    onText = () => undefined,
  }: {
    method?: string;
    headers?: Record<string, string>;
    whole?: boolean;
    onText?: (text: string) => void;
  } = {},
): Promise<Answer> {
  const url = whole ? name : `/${token}/${name}`;
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: url, method, headers }, (response) => {
      let text = "";
      response.setEncoding("latin1");
      response.on("data", (piece: string) => {
        text += piece;
        onText(text);
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** Sends bytes as they are, and gives what comes back until the server closes. */
function raw(port: number, bytes: string, use: (socket: Socket) => void = () => undefined): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port }, () => {
      socket.write(bytes, "latin1");
      use(socket);
    });
    let text = "";
    socket.on("data", (piece) => (text += piece.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

describe("who is answered", () => {
  it("whoever has the token, and nobody else", async () => {
    const server = await start();
    expect(server.token).toMatch(/^[\w-]{43}$/);
    expect((await ask(server, "")).text).toBe("<!doctype html>the page");
    expect((await ask(server, `/${server.token}`, { whole: true })).headers["location"]).toBe(
      `/${server.token}/`,
    );
    const wrong = [
      "/",
      "/documents",
      `/${server.token.slice(0, -1)}/`,
      `/${server.token}x/`,
      `/${server.token.toLowerCase()}/documents`,
      `//${server.token}/`,
      `/x/${server.token}/`,
    ];
    for (const url of wrong) {
      const answer = await ask(server, url, { whole: true });
      expect([url, answer.status]).toEqual([url, 404]);
      expect(answer.text).not.toContain(server.token);
    }
  });

  it("has another token each time", async () => {
    const one = await start();
    const other = await start();
    expect(one.token).not.toBe(other.token);
  });

  it("requests that name this machine and this port", async () => {
    const server = await start();
    const statusFor = async (host: string): Promise<number> =>
      (await ask(server, "", { headers: { host } })).status;
    expect(await statusFor(`127.0.0.1:${server.port}`)).toBe(200);
    expect(await statusFor(`localhost:${server.port}`)).toBe(200);
    for (const host of [
      "evil.example",
      `evil.example:${server.port}`,
      "127.0.0.1",
      `127.0.0.1:${server.port + 1}`,
      `127.0.0.1:${server.port}.evil.example`,
      `localhost.evil.example:${server.port}`,
      `127.0.0.2:${server.port}`,
    ]) {
      expect([host, await statusFor(host)]).toEqual([host, 403]);
    }
    // HTTP 1.0 needs no Host.
    expect(await raw(server.port, `GET /${server.token}/ HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1.1 403 /);
  });

  it("requests of our own page only", async () => {
    const server = await start();
    const own = `http://127.0.0.1:${server.port}`;
    const statusFor = async (headers: Record<string, string>): Promise<number> =>
      (await ask(server, "documents", { headers, method: "HEAD" })).status;
    expect(await statusFor({ origin: own })).toBe(200);
    expect(await statusFor({ "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await statusFor({ "sec-fetch-site": "none" })).toBe(200);
    for (const origin of [
      "null",
      "http://evil.example",
      `${own}.evil.example`,
      `https://127.0.0.1:${server.port}`,
      `http://localhost:${server.port}`,
    ]) {
      expect([origin, await statusFor({ origin })]).toEqual([origin, 403]);
    }
    for (const mode of ["cors", "no-cors", "navigate"]) {
      for (const site of ["cross-site", "same-site"]) {
        const headers = { "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": "iframe" };
        expect([mode, site, await statusFor(headers)]).toEqual([mode, site, 403]);
      }
    }
    // A link, or the file that leads to the page.
    const opens = {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    expect((await ask(server, "", { headers: opens })).status).toBe(200);
  });

  it("GET and HEAD", async () => {
    const server = await start();
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]) {
      const answer = await ask(server, "", { method });
      expect([method, answer.status, answer.headers["allow"]]).toEqual([method, 405, "GET, HEAD"]);
    }
    const head = await ask(server, "", { method: "HEAD" });
    expect([head.status, head.text, head.headers["content-length"]]).toEqual([200, "", "23"]);
  });
});

describe("what is served", () => {
  it("the page's files by their names, and no path leads elsewhere", async () => {
    const server = await start();
    const script = await ask(server, "assets/a.js");
    expect([script.status, script.text, script.headers["content-type"]]).toEqual([
      200,
      "1",
      "text/javascript; charset=utf-8",
    ]);
    for (const name of [
      "../secret.js",
      "assets/../../secret.js",
      "..%2fsecret.js",
      "%2e%2e/secret.js",
      "assets/..%5c..%5csecret.js",
      "assets",
      "assets/",
      "/etc/passwd",
      "file:///etc/passwd",
      "assets/a.js/",
      "./assets/a.js",
      "assets//a.js",
      "assets/a.js%00",
      "constructor",
      "__proto__",
      "file/0",
      "file/-1",
      "file/0x0",
      "file/",
      "documents/",
    ]) {
      expect([name, (await ask(server, name)).status]).toEqual([name, 404]);
    }
  });

  it("with headers that shut the page off, on every answer", async () => {
    const server = await start({ files: [await opened("f", "abc")] });
    for (const name of ["", "assets/a.js", "file/0", "nothing"]) {
      const { headers } = await ask(server, name);
      expect(headers["content-security-policy"]).toMatch(
        /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; .*frame-ancestors 'none'$/,
      );
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-frame-options": "DENY",
      });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
  });

  it("is not there where the page was not built", async () => {
    await expect(startStudioServer({ messages: new MessageLog(), page: folder })).rejects.toThrow(
      PageMissingError,
    );
  });

  it("says which port it cannot have", async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toThrow(ListenError);
    await expect(start({ port })).rejects.toThrow(/the studio cannot be served .* the port is in use/);
  });
});

describe("documents", () => {
  const document = (handle: string, title: string) =>
    ({ kind: "document", document: emptyDocument(handle, title) }) as const;

  it("come while they are made, and again to whoever asks again", async () => {
    const messages = new MessageLog();
    messages.add({ kind: "progress", text: "old", share: 0 });
    messages.add({ kind: "progress", text: "reading", share: 0.5 });
    const server = await start({ messages });
    let first: Promise<Answer> | undefined;
    await new Promise<void>((resolve) => {
      const onText = (text: string): void => (text.includes("reading") ? resolve() : undefined);
      first = ask(server, "documents", { onText });
    });
    messages.add(document("d0", "early"));
    messages.add({ kind: "failure", name: "b", sentence: "is empty", wayOut: null });
    messages.add(document("d0", "late"));
    messages.add({ kind: "end" });
    messages.add(document("d9", "too late"));
    const said = (text: string): unknown[] =>
      text
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line));
    expect(said((await first)?.text ?? "")).toMatchObject([
      { kind: "progress", text: "reading" },
      { kind: "failure" },
      { kind: "document", document: { title: "late" } },
      { kind: "end" },
    ]);
    expect(said((await ask(server, "documents")).text)).toMatchObject([
      { kind: "failure", name: "b" },
      { kind: "document", document: { title: "late" } },
      { kind: "end" },
    ]);
  });
});

describe("files", () => {
  const content = Uint8Array.from({ length: 1_000_000 }, (_, at) => (at * 7) & 0x7f);
  const part = (from: number, to: number): string =>
    Buffer.from(content.subarray(from, to)).toString("latin1");

  it("whole and in ranges", async () => {
    const server = await start({ files: [await opened("a", "first"), await opened("b", content)] });
    const whole = await ask(server, "file/1");
    expect([whole.status, whole.headers["content-length"], whole.headers["accept-ranges"]]).toEqual([
      200,
      "1000000",
      "bytes",
    ]);
    expect(whole.text === part(0, 1_000_000)).toBe(true);
    const range = await ask(server, "file/1", { headers: { range: "bytes=300000-699999" } });
    expect([range.status, range.headers["content-range"]]).toEqual([206, "bytes 300000-699999/1000000"]);
    expect(range.text === part(300_000, 700_000)).toBe(true);
    const end = await ask(server, "file/1", { headers: { range: "bytes=-3" }, method: "HEAD" });
    expect([end.status, end.headers["content-length"], end.text]).toEqual([206, "3", ""]);
    const none = await ask(server, "file/1", { headers: { range: "bytes=1000000-" } });
    expect([none.status, none.headers["content-range"]]).toEqual([416, "bytes */1000000"]);
    expect((await ask(server, "file/0")).text).toBe("first");
    expect((await ask(server, "file/2")).status).toBe(404);
  });

  it("stay what they were when they were opened, also when another file has their name", async () => {
    const file = await opened("a", "first");
    const server = await start({ files: [file] });
    await writeFile(path.join(folder, "b"), "other");
    await rename(path.join(folder, "b"), path.join(folder, "a"));
    expect((await ask(server, "file/0")).text).toBe("first");
  });

  it("are not served once they were changed", async () => {
    const file = await opened("a", "first");
    const server = await start({ files: [file] });
    await appendFile(path.join(folder, "a"), " and more");
    const changed = await ask(server, "file/0");
    expect([changed.status, changed.text]).toEqual([
      409,
      expect.stringMatching(/was changed since it was opened; start maptrap studio again/),
    ]);
    await truncate(path.join(folder, "a"), 1);
    expect((await ask(server, "file/0")).status).toBe(409);
  });

  it("are regular ones, also through a link", async () => {
    await expect(ServedFile.open(folder)).rejects.toThrow(NotARegularFileError);
    await symlink("/dev/zero", path.join(folder, "zero"));
    const refused: unknown = await ServedFile.open(path.join(folder, "zero")).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(NotARegularFileError);
    expect((refused as NotARegularFileError).wayOut).toContain("| maptrap studio -");
  });

  it("are read no faster than they are taken", async () => {
    const size = 64 * 1024 * 1024;
    const file = await opened("big", "");
    await truncate(path.join(folder, "big"), size);
    const big = await ServedFile.open(path.join(folder, "big"));
    closing.push(async () => big.close());
    const server = await start({ files: [file, big] });
    const before = process.memoryUsage().arrayBuffers;
    const text = raw(
      server.port,
      `GET /${server.token}/file/1 HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`,
      (socket) => {
        socket.pause();
        setTimeout(() => socket.destroy(), 300);
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(size / 2);
    await text;
    // Whoever goes away in the middle of it takes nobody along.
    expect((await ask(server, "")).status).toBe(200);
  });
});

describe("its end", () => {
  it("closes connections that wait, and those that are in the middle of an answer", async () => {
    const server = await start();
    const waiting = raw(server.port, "GET / HTT");
    const streaming = ask(server, "documents").then(
      () => "ended",
      () => "cut",
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    expect(await waiting).toBe("");
    expect(await streaming).toBe("cut");
    await expect(ask(server, "")).rejects.toThrow();
  });

  it("answers others while a request does not end, and refuses headers without end", async () => {
    const server = await start();
    const slow = raw(server.port, "GET / HTTP/1.1\r\nX: ");
    expect((await ask(server, "")).status).toBe(200);
    expect(await raw(server.port, `GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}`)).toMatch(/^HTTP\/1.1 431 /);
    expect((await ask(server, "x".repeat(2000))).status).toBe(414);
    await server.close();
    expect(await slow).toBe("");
  });
});
