/** Serves metrics over HTTP: two paths, read only. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { expositionType } from "../report/metrics/exposition.js";
import { listenFor, type ListeningServer } from "./http-server.js";
import { hostOfHeader, isLoopback, type ListenAddress } from "./watch-address.js";

const front = "maptrap: metrics of watched processes are at /metrics, in the text format of Prometheus.\n";
const plainType = "text/plain; charset=utf-8";

/**
 * Starts to serve.
 *
 * @param metrics gives the text, for each request anew
 * @throws ListenError when the address cannot be had
 */
export async function serveMetrics(address: ListenAddress, metrics: () => string): Promise<ListeningServer> {
  const guarded = isLoopback(address.host);
  return listenFor("metrics", address, (request, response) => {
    answer(request, response, { guarded, metrics });
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
