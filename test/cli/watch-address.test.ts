import { InvalidArgumentError } from "@commander-js/extra-typings";
import { describe, expect, it } from "vitest";
import { hostAndPort, hostOfHeader, isLoopback, parseListenAddress } from "../../src/cli/watch-address.js";

describe("parseListenAddress", () => {
  it.each([
    ["9464", "127.0.0.1", 9464],
    [":9464", "127.0.0.1", 9464],
    ["0", "127.0.0.1", 0],
    ["127.0.0.1:9464", "127.0.0.1", 9464],
    ["localhost:80", "localhost", 80],
    ["[::1]:9464", "::1", 9464],
    ["0.0.0.0:65535", "0.0.0.0", 65_535],
    ["[::]:1", "::", 1],
    ["metrics.example:9464", "metrics.example", 9464],
  ])("reads %s", (text, host, port) => {
    expect(parseListenAddress(text)).toEqual({ host, port });
  });

  it.each([
    "",
    "host",
    "127.0.0.1",
    "::1:9464",
    "[::1]",
    "[]:1",
    "[host]:1",
    "1:65536",
    "-1",
    "a b:1",
    "\n:1",
    "1.5",
  ])("refuses %j", (text) => {
    expect(() => parseListenAddress(text)).toThrow(InvalidArgumentError);
  });
});

describe("hosts", () => {
  it.each(["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1"])("%s is this machine", (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com", "127.evil", ""])(
    "%j is not only this machine",
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );

  it.each([
    ["localhost", "localhost"],
    ["127.0.0.1:9464", "127.0.0.1"],
    ["[::1]:9464", "::1"],
    ["[::1]", "::1"],
    ["evil.example:80", "evil.example"],
    ["evil@localhost", undefined],
    ["localhost:80:80", undefined],
    ["localhost, evil", undefined],
    ["", undefined],
  ])("finds the host in %j", (header, host) => {
    expect(hostOfHeader(header)).toBe(host);
  });

  it("writes an address as a URL has it", () => {
    expect(hostAndPort({ host: "::1", port: 1 })).toBe("[::1]:1");
    expect(hostAndPort({ host: "127.0.0.1", port: 1 })).toBe("127.0.0.1:1");
  });
});
