/** What the servers of the command line have in common: their limits, how they begin to listen, and how they end. */
import { createServer, type RequestListener, type Server } from "node:http";
import { MaptrapError, systemErrorCode } from "../base/errors.js";
import { hostAndPort, type ListenAddress } from "./watch-address.js";

/** Nobody else has to be waited for longer than this, in milliseconds. */
const slowest = 10_000;
const mostConnections = 64;

/** Something could not be served where it was asked for. Exit status 2. */
export class ListenError extends MaptrapError {
  constructor(
    readonly address: ListenAddress,
    cause: unknown,
    what = "metrics",
  ) {
    const code = systemErrorCode(cause);
    super(`${what} cannot be served on ${hostAndPort(address)}: ${listenReason(code, cause)}`, {
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

/** A server that listens. */
export interface ListeningServer {
  /** Where, with the port that it got. */
  readonly address: ListenAddress;
  /** Ends it and all of its connections. */
  close(): Promise<void>;
}

/**
 * Listens, with bounds on what one connection may ask for and on how long it may take.
 *
 * @param what is served, for an error: `metrics`
 * @throws ListenError when the address cannot be had
 */
export async function listenFor(
  what: string,
  address: ListenAddress,
  answer: RequestListener,
): Promise<ListeningServer> {
  const server = createServer(
    {
      headersTimeout: slowest,
      requestTimeout: slowest,
      keepAliveTimeout: slowest,
      connectionsCheckingInterval: slowest / 2,
      maxHeaderSize: 8192,
    },
    answer,
  );
  server.maxConnections = mostConnections;
  server.setTimeout(slowest * 3);
  await listen(server, address, what);
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

function listen(server: Server, address: ListenAddress, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(new ListenError(address, cause, what)));
    server.listen({ host: address.host, port: address.port, exclusive: true }, () => {
      // From here on nothing that goes wrong with one connection ends the serving.
      server.removeAllListeners("error");
      server.on("error", () => undefined);
      resolve();
    });
  });
}
