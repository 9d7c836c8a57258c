import { describe, expect, it } from "vitest";
import { protectionBetween } from "../../../src/analysis/peer/protection.js";
import { held } from "../../support/source-facts.js";

describe("protectionBetween", () => {
  it.each([
    ["Lock on both sides", [held("lock")], [held("lock")]],
    ["RLock beside Lock", [held("rlock")], [held("lock")]],
    ["a change under RLock beside Lock", [held("lock")], [held("rlock")]],
  ])("keeps apart: %s", (_, detector, change) => {
    const { exposure, reason } = protectionBetween(detector, change);
    expect(exposure).toBeLessThan(0.1);
    expect(reason).toContain("both sides hold c.mu");
  });

  it.each([
    ["no lock at all", [], [], "neither side holds a lock"],
    [
      "a change without the lock",
      [held("lock")],
      [],
      "it holds no lock, while the detecting side holds c.mu",
    ],
    ["a reader without the lock", [], [held("lock")], "but the detecting side holds no lock"],
    ["RLock on both sides", [held("rlock")], [held("rlock")], "it changes the map under c.mu.RLock"],
    ["a copied lock", [held("lock", { doubt: "copied" })], [held("lock")], "c.mu is a copy of the lock"],
    [
      "another lock",
      [held("lock")],
      [held("lock", { key: "global x.mu", expression: "mu" })],
      "two different locks",
    ],
    [
      "an embedded lock on one side",
      [],
      [held("lock", { key: "field example.com/shop.Cache.Mutex", expression: "c" })],
      "it holds c.Lock, but the detecting side holds no lock",
    ],
  ])("does not keep apart: %s", (_, detector, change, words) => {
    const { exposure, reason } = protectionBetween(detector, change);
    expect(exposure).toBeGreaterThan(0.7);
    expect(reason).toContain(words);
  });

  it("says of a lock that is chosen anew each time that it may be another one", () => {
    const chosen = held("lock", { key: "local cache.go:16:2 l", expression: "l" });
    expect(protectionBetween([chosen], [chosen]).reason).toBe(
      "both sides hold l, but that may be another lock each time",
    );
  });

  it("is not sure of locks that are held on some ways only, or by the callers", () => {
    const sure = protectionBetween([held("lock")], [held("lock")]).exposure;
    const maybe = protectionBetween([held("lock")], [held("lock", { doubt: "maybe" })]).exposure;
    const callers = protectionBetween([held("lock")], [held("lock", { by: "caller" })]).exposure;
    expect(sure).toBeLessThan(callers);
    expect(callers).toBeLessThan(maybe);
    expect(maybe).toBeLessThan(0.7);
  });

  it("takes the strongest of several common locks", () => {
    const other = { key: "global x.mu", expression: "mu" };
    const detector = [held("rlock"), held("lock", other)];
    const change = [held("rlock"), held("lock", other)];
    expect(protectionBetween(detector, change).exposure).toBeLessThan(0.1);
  });
});
