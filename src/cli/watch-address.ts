/** The address that metrics are served on, as people write it: `9464`, `127.0.0.1:9464`, `[::1]:9464`, `0.0.0.0:9464`. */
import { isIP, isIPv4 } from "node:net";
import { InvalidArgumentError } from "@commander-js/extra-typings";

/** Where a server listens. */
export interface ListenAddress {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
}

const loopback = "127.0.0.1";

/**
 * Reads an address. Without a host it is on loopback: other machines reach it only when a host is written out.
 *
 * @throws InvalidArgumentError of commander, which says which option it was
 */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([^\]]*)\]:|([^:]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new InvalidArgumentError(
      "Write a port, or a host and a port such as 127.0.0.1:9464 or [::1]:9464.",
    );
  }
  const [, inBrackets, before] = match;
  if (inBrackets !== undefined && isIP(inBrackets) !== 6) {
    throw new InvalidArgumentError("In brackets belongs an IPv6 address, such as [::1]:9464.");
  }
  const host = inBrackets ?? before ?? "";
  if (!/^[\w.:%-]*$/.test(host)) {
    throw new InvalidArgumentError("The host is a name or an IP address, such as 127.0.0.1:9464.");
  }
  return { host: host === "" ? loopback : host, port };
}

/** Whether only this machine reaches a host: the name localhost, 127.0.0.0/8 and ::1. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
}

/** A host and port as a URL has them. */
export function hostAndPort({ host, port }: ListenAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The host in an HTTP Host header, without port and brackets; undefined when the header is none. */
export function hostOfHeader(header: string): string | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@[\]]+))(?::\d{1,5})?$/.exec(header);
  return match?.[1] ?? match?.[2];
}
