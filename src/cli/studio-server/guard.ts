/**
 * Who is answered. The page is for whoever was told its address, on this machine: other users of the machine do not know the token, and
 * web pages that the same browser shows are told apart by what browsers say of a request (Host, Origin, Sec-Fetch-Site).
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** A request, as far as it is judged. */
export interface Asked {
  readonly method?: string | undefined;
  /** As it stands in the request: path and query. */
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** What is said to a request. */
export type Judgement =
  /** `name` is what stands behind the token: "" for the page, `documents`, `file/0`. */
  | { readonly kind: "answer"; readonly name: string }
  | { readonly kind: "redirect"; readonly to: string }
  | { readonly kind: "refuse"; readonly status: 403 | 404 | 405 | 414; readonly sentence: string };

/** Longer paths are not looked at. */
const longestUrl = 1024;

/** A token that nobody guesses: 32 bytes, as text for an address. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Judges a request. */
export function judge(
  { method, url = "/", headers }: Asked,
  { port, token }: { readonly port: number; readonly token: string },
): Judgement {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const host = headers.host?.toLowerCase();
  // A web page can make a name of its own stand for a loopback address; its requests still carry that name.
  if (host === undefined || !hosts.includes(host)) {
    return refused(403, "This address is for this machine only; the Host header names another one.");
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    return refused(403, "Requests of other pages are not answered; the Origin header names another one.");
  }
  if (!isOwnSite(headers)) {
    return refused(403, "Requests of other pages are not answered.");
  }
  if (method !== "GET" && method !== "HEAD") {
    return refused(405, "Only GET and HEAD are answered.");
  }
  if (url.length > longestUrl) {
    return refused(414, "The address is too long.");
  }
  const path = url.split("?", 1)[0] ?? "";
  const [, first = "", ...rest] = path.split("/");
  if (!path.startsWith("/") || !isEqual(first, token)) {
    return refused(404, "Nothing is here. The address that maptrap studio printed has more to it.");
  }
  return rest.length === 0
    ? { kind: "redirect", to: `/${token}/` }
    : { kind: "answer", name: rest.join("/") };
}

function refused(status: 403 | 404 | 405 | 414, sentence: string): Judgement {
  return { kind: "refuse", status, sentence };
}

/**
 * Whether a request comes from the page itself, or opens the page: somebody typed the address, followed a link to it, or opened the file
 * that leads there (open-browser.ts), which is none of our own. Who opens the page from elsewhere needs the token for that, and cannot
 * look into it. Programs that are no browsers say nothing.
 */
function isOwnSite(headers: IncomingHttpHeaders): boolean {
  switch (headers["sec-fetch-site"]) {
    case undefined:
    case "same-origin":
    case "none":
      return true;
    default:
      return headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  }
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
function isEqual(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
