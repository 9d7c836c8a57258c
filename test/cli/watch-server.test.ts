import { connect } from "node:net";
import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { ListenError, type ListeningServer } from "../../src/cli/http-server.js";
import { serveMetrics } from "../../src/cli/watch-server.js";

const servers: ListeningServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(host = "127.0.0.1", metrics = (): string => "maptrap_up 1\n"): Promise<ListeningServer> {
  const server = await serveMetrics({ host, port: 0 }, metrics);
  servers.push(server);
  return server;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Asks with any method and any headers; fetch would not let us. */
function ask(
  { address }: ListeningServer,
  path: string,
  { method = "GET", headers = {}, body = "" } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: address.host, port: address.port, path, method, headers }, (response) => {
      let text = "";
      response.on("data", (piece: Buffer) => (text += piece.toString()));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

/** Sends bytes as they are, and gives what comes back until the server closes. */
function raw({ address }: ListeningServer, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address.host, port: address.port }, () => socket.end(bytes, "latin1"));
    let text = "";
    socket.on("data", (piece) => (text += piece.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

/** Whether the loopback interface has an address of IPv6. */
function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((one) => one?.some(({ address }) => address === "::1"));
}

describe("serveMetrics", () => {
  it("serves the text with its content type", async () => {
    const server = await start();
    const answer = await fetch(`http://127.0.0.1:${server.address.port}/metrics?x=1`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await answer.text()).toBe("maptrap_up 1\n");
  });

  it("asks for the text anew each time", async () => {
    let count = 0;
    const server = await start("127.0.0.1", () => `n ${(count += 1)}\n`);
    expect((await ask(server, "/metrics")).text).toBe("n 1\n");
    expect((await ask(server, "/metrics")).text).toBe("n 2\n");
  });

  it("answers HEAD without a body, / with a sentence, other paths with 404, other methods with 405", async () => {
    const server = await start();
    const head = await ask(server, "/metrics", { method: "HEAD" });
    expect([head.status, head.text, head.headers["content-length"]]).toEqual([200, "", "13"]);
    expect((await ask(server, "/")).text).toContain("/metrics");
    for (const path of ["/metrics/", "/favicon.ico", "//metrics", "/..//metrics", "/%6detrics"]) {
      expect((await ask(server, path)).status).toBe(404);
    }
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const answer = await ask(server, "/metrics", {
        method,
        body: "x".repeat(100_000),
        headers: { "Content-Length": "100000" },
      });
      expect([answer.status, answer.headers["allow"]]).toEqual([405, "GET, HEAD"]);
    }
  });

  it("refuses requests for another host on loopback", async () => {
    const server = await start();
    for (const host of [
      "evil.example",
      "evil.example:9464",
      "127.0.0.1.evil.example",
      "localhost@evil",
      "10.0.0.1",
    ]) {
      const answer = await ask(server, "/metrics", { headers: { Host: host } });
      expect([answer.status, answer.text.includes("maptrap_up")]).toEqual([403, false]);
    }
    for (const host of ["localhost:1", "127.0.0.1", "[::1]:9", "LOCALHOST"]) {
      expect((await ask(server, "/metrics", { headers: { Host: host } })).status).toBe(200);
    }
    expect(await raw(server, "GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400/,
    );
    expect(
      await raw(
        server,
        "GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
      ),
    ).toMatch(/^HTTP\/1\.1 404/);
  });

  it("answers any host where it was told to listen for other machines", async () => {
    const server = await start("0.0.0.0");
    expect((await ask(server, "/metrics", { headers: { Host: "shop.example" } })).status).toBe(200);
  });

  it("listens on IPv6 loopback", async () => {
    if (!hasIpv6()) {
      // As in many containers.
      await expect(start("::1")).rejects.toThrow(
        "metrics cannot be served on [::1]:0: this machine does not have that address",
      );
      return;
    }
    const server = await start("::1");
    const answer = await fetch(`http://[::1]:${server.address.port}/metrics`);
    expect(await answer.text()).toBe("maptrap_up 1\n");
  });

  it("outlives requests that are none", async () => {
    const server = await start();
    const requests = [
      "\0\0\0\0\xff\xfe",
      "GET\r\n\r\n",
      `GET /${"a".repeat(100_000)} HTTP/1.1\r\n\r\n`,
      "GET / HTTP/9.9\r\n\r\n",
      "CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET /metrics HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
      "POST /metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
      "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "",
    ];
    await Promise.all(requests.map((bytes) => raw(server, bytes)));
    expect((await ask(server, "/metrics")).status).toBe(200);
  });

  it("says that a port is in use", async () => {
    const first = await start();
    const second = serveMetrics(first.address, () => "");
    await expect(second).rejects.toThrow(ListenError);
    await expect(second).rejects.toMatchObject({
      message: `metrics cannot be served on 127.0.0.1:${first.address.port}: the port is in use`,
      wayOut: "name another port; 0 takes any free one",
      exitStatus: 2,
    });
  });

  it("says that a host is not known", async () => {
    await expect(serveMetrics({ host: "192.0.2.1", port: 0 }, () => "")).rejects.toThrow(
      "metrics cannot be served on 192.0.2.1:0: this machine does not have that address",
    );
  });

  it("closes connections that stand open", async () => {
    const server = await serveMetrics({ host: "127.0.0.1", port: 0 }, () => "");
    const socket = connect({ host: "127.0.0.1", port: server.address.port });
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("connect", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await server.close();
    await closed;
    await expect(fetch(`http://127.0.0.1:${server.address.port}/metrics`)).rejects.toThrow(TypeError);
  });
});
