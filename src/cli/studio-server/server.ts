/** Serves the page of the studio on this machine: the page's own files, the documents, and the files that were given. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { MaptrapError } from "../../base/errors.js";
import { listenFor } from "../http-server.js";
import { judge, newToken } from "./guard.js";
import { isLarge, type LargeReading } from "./large-reading.js";
import type { MessageLog } from "./messages.js";
import { builtPage, type PageFile, readPage, securityHeaders } from "./page-files.js";
import { rangeOf } from "./ranges.js";
import type { ServedBytes } from "./held-bytes.js";

/** What is served. */
export interface StudioServerOptions {
  /** What was made, and what is made from now on. */
  readonly messages: MessageLog;
  /** The n-th is served as `file/n`. They stay open until the caller closes them. */
  readonly files?: readonly ServedBytes[];
  /** Is told when the page reads a large file. */
  readonly reading?: LargeReading | undefined;
  /** 0, or none: any free one. */
  readonly port?: number | undefined;
  /** The folder that the page was built into; the package's own when not given. */
  readonly page?: string | undefined;
}

/** A server that runs. */
export interface StudioServer {
  /** `http://127.0.0.1:PORT/TOKEN/` */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Ends it and all of its connections. */
  close(): Promise<void>;
}

/**
 * Starts to serve, on the loopback address only.
 *
 * @throws ListenError when the port cannot be had, PageMissingError
 */
export async function startStudioServer(options: StudioServerOptions): Promise<StudioServer> {
  const token = newToken();
  const served: Served = {
    token,
    messages: options.messages,
    page: readPage(options.page ?? builtPage("served")),
    files: options.files ?? [],
    reading: options.reading,
  };
  const server = await listenFor(
    "the studio",
    { host: "127.0.0.1", port: options.port ?? 0 },
    (request, response) => {
      // What a request brings along is not wanted, but has to go somewhere.
      request.resume();
      answer(request, response, served).catch(() => {
        // The other side has gone away, or the file was changed while it was sent: no more can be said.
        response.destroy();
      });
    },
  );
  const { port } = server.address;
  return { url: `http://127.0.0.1:${port}/${token}/`, port, token, close: () => server.close() };
}

interface Served {
  readonly token: string;
  readonly messages: MessageLog;
  readonly page: ReadonlyMap<string, PageFile>;
  readonly files: readonly ServedBytes[];
  readonly reading: LargeReading | undefined;
}

async function answer(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  const port = request.socket.localPort ?? 0;
  const judgement = judge(request, { port, token: served.token });
  switch (judgement.kind) {
    case "refuse":
      sendText(request, response, judgement.status, judgement.sentence);
      return;
    case "redirect":
      sendText(request, response, 308, "", { Location: judgement.to });
      return;
    case "answer":
      await answerNamed(judgement.name, request, response, served);
      return;
    default:
      judgement satisfies never;
  }
}

async function answerNamed(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  served: Served,
): Promise<void> {
  const page = served.page.get(name);
  if (page !== undefined) {
    response.writeHead(200, {
      ...securityHeaders,
      "Content-Type": page.type,
      "Content-Length": page.bytes.length,
    });
    response.end(request.method === "HEAD" ? undefined : page.bytes);
    return;
  }
  if (name === "documents") {
    response.writeHead(200, { ...securityHeaders, "Content-Type": "application/x-ndjson; charset=utf-8" });
    if (request.method === "HEAD") {
      response.end();
    } else {
      // What was made already and what is made from now on, no faster than it is taken.
      await pipeline(served.messages.lines(), response);
    }
    return;
  }
  const number = /^file\/(\d{1,6})$/.exec(name)?.[1];
  const file = number === undefined ? undefined : served.files[Number(number)];
  if (file === undefined) {
    sendText(request, response, 404, "There is no such file.");
    return;
  }
  await sendFile(file, request, response, served.reading);
}

async function sendFile(
  file: ServedBytes,
  request: IncomingMessage,
  response: ServerResponse,
  reading: LargeReading | undefined,
): Promise<void> {
  try {
    await file.check();
  } catch (error) {
    sendText(request, response, 409, sentenceOf(error));
    return;
  }
  const common = {
    ...securityHeaders,
    "Content-Type": "application/octet-stream",
    "Content-Disposition": "attachment",
    "Accept-Ranges": "bytes",
  };
  // There is no validator that If-Range could name.
  const range = rangeOf(
    request.headers["if-range"] === undefined ? request.headers.range : undefined,
    file.size,
  );
  if (range === "none") {
    sendText(request, response, 416, "The file has no such bytes.", {
      "Content-Range": `bytes */${file.size}`,
    });
    return;
  }
  const { start, end } = range === "whole" ? { start: 0, end: file.size } : range;
  response.writeHead(range === "whole" ? 200 : 206, {
    ...common,
    "Content-Length": end - start,
    ...(range === "whole" ? {} : { "Content-Range": `bytes ${start}-${end - 1}/${file.size}` }),
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const told = isLarge(end - start) ? reading : undefined;
  told?.begin();
  try {
    await pipeline(file.pieces(start, end), response);
  } finally {
    told?.end();
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof MaptrapError
    ? [error.message, error.wayOut].filter((one) => one !== undefined).join("; ")
    : "the file cannot be read";
}

function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = sentence === "" ? "" : `${sentence}\n`;
  response.writeHead(status, {
    ...securityHeaders,
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    ...(status === 405 ? { Allow: "GET, HEAD" } : {}),
    ...headers,
  });
  response.end(request.method === "HEAD" ? undefined : text);
}
