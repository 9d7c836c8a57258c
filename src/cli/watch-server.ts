/** Serves metrics over HTTP: two paths, read only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { MaptrapError, systemErrorCode } from "../base/errors.js";
import { expositionType } from "../report/metrics/exposition.js";
import { hostAndPort, hostOfHeader, isLoopback, type ListenAddress } from "./watch-address.js";

const front = "maptrap: metrics of watched processes are at /metrics, in the text format of Prometheus.\n";
const plainType = "text/plain; charset=utf-8";

/** Nobody else has to be waited for longer than this, in milliseconds. */
const slowest = 10_000;
const mostConnections = 64;

/** The metrics could not be served where they were asked for. Exit status 2. */
export class ListenError extends MaptrapError {
  constructor(
    readonly address: ListenAddress,
    cause: unknown,
  ) {
    const code = systemErrorCode(cause);
    super(`metrics cannot be served on ${hostAndPort(address)}: ${listenReason(code, cause)}`, {
      wayOut:
        code === "EADDRINUSE" || code === "EACCES" ? "name another port; 0 takes any free one" : undefined,
      exitStatus: 2,
      cause,
    });
  }
}

function listenReason(code: string | undefined, cause: unknown): string {
  switch (code) {
    case "EADDRINUSE":
      return "the port is in use";
    case "EACCES":
      return "this port is not open to this user";
    case "EADDRNOTAVAIL":
      return "this machine does not have that address";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host is not known";
    default:
      return code ?? String(cause);
  }
}

/** A server that runs. */
export interface MetricsServer {
  /** Where it listens, with the port that it got. */
  readonly address: ListenAddress;
  /** Ends it and all of its connections. */
  close(): Promise<void>;
}

/**
 * Starts to serve.
 *
 * @param metrics gives the text, for each request anew
 * @throws ListenError when the address cannot be had
 */
export async function serveMetrics(address: ListenAddress, metrics: () => string): Promise<MetricsServer> {
  const guarded = isLoopback(address.host);
  const server = createServer(
    {
      headersTimeout: slowest,
      requestTimeout: slowest,
      keepAliveTimeout: slowest,
      connectionsCheckingInterval: slowest / 2,
      maxHeaderSize: 8192,
    },
    (request, response) => {
      answer(request, response, { guarded, metrics });
    },
  );
  server.maxConnections = mostConnections;
  server.setTimeout(slowest * 3);
  await listen(server, address);
  const got = server.address();
  const port = typeof got === "object" && got !== null ? got.port : address.port;
  return {
    address: { host: address.host, port },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(new ListenError(address, cause)));
    server.listen({ host: address.host, port: address.port, exclusive: true }, () => {
      // From here on nothing that goes wrong with one connection ends the watching.
      server.removeAllListeners("error");
      server.on("error", () => undefined);
      resolve();
    });
  });
}

interface Answering {
  /** Whether requests have to name this machine. */
  readonly guarded: boolean;
  readonly metrics: () => string;
}

function answer(request: IncomingMessage, response: ServerResponse, { guarded, metrics }: Answering): void {
  const send = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, {
      "Content-Type": plainType,
      "Content-Length": Buffer.byteLength(text),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    });
    response.end(request.method === "HEAD" ? undefined : text);
  };
  // What a request brings along is not wanted, but has to go somewhere.
  request.resume();
  if (guarded && !namesThisMachine(request)) {
    send(403, "This address is for this machine only; the Host header names another one.\n");
    return;
  }
  const path = (request.url ?? "").split("?", 1)[0];
  if (path !== "/" && path !== "/metrics") {
    send(404, "There is /metrics, and nothing else.\n");
  } else if (request.method !== "GET" && request.method !== "HEAD") {
    send(405, "Only GET and HEAD are answered.\n", { Allow: "GET, HEAD" });
  } else if (path === "/") {
    send(200, front);
  } else {
    send(200, metrics(), { "Content-Type": expositionType });
  }
}

/**
 * A web page can make a name of its own stand for a loopback address, and then read what is served there. Its requests
 * still carry that name. A request without a name is of HTTP 1.0, which no browser speaks.
 */
function namesThisMachine(request: IncomingMessage): boolean {
  const header = request.headers.host;
  if (header === undefined) {
    return true;
  }
  const host = hostOfHeader(header);
  return host !== undefined && isLoopback(host);
}
