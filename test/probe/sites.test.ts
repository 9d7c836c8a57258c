import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { carrierPackages, trapSite } from "../../src/probe/sites.js";
import { repositoryRoot } from "../support/toolchains.js";

const functions = [
  "reflect.Value.SetMapIndex",
  "encoding/json.(*decodeState).object",
  "example.com/shop.(*Cart).Load",
  "main.main",
  "example.com/shop.fill[go.shape.map[string]encoding/json.Number]",
  "net/http.Header.Set",
  "net/http.(*Transport).getConn",
  "runtime.mapassign_fat",
];
/** The return addresses of a stack of functions: their places in the list above, from 1. */
const pcs = (...names: string[]): number[] => names.map((name) => functions.indexOf(name) + 1);
const site = (...names: string[]): string | undefined => {
  const found = trapSite(pcs(...names), (pc) => functions[pc - 1]);
  return found === undefined ? undefined : functions[found - 1];
};

describe("trapSite", () => {
  it("is the return address of the map function", () => {
    expect(site("main.main")).toBe("main.main");
    expect(site(functions[4]!, "main.main")).toBe(functions[4]);
    expect(site("net/http.(*Transport).getConn", "main.main")).toBe("net/http.(*Transport).getConn");
    expect(trapSite([], () => "")).toBeUndefined();
  });

  it("lies in the caller of a package that uses maps of its callers", () => {
    expect(site(functions[0]!, functions[1]!, functions[2]!, "main.main")).toBe(functions[2]);
    expect(site("net/http.Header.Set", "main.main")).toBe("main.main");
    expect(site("runtime.mapassign_fat", "main.main")).toBe("main.main");
  });

  it("stays where no caller is known", () => {
    expect(site(functions[0]!, functions[1]!)).toBe(functions[0]);
    expect(trapSite([5, 6], () => undefined)).toBe(5);
  });

  it("knows the packages that the probe knows", async () => {
    const probe = await readFile(path.join(repositoryRoot, "probe/runtime/sites.go"), "utf8");
    const list = /const maptrapCarriers = ((?:"[^"]*"(?: \+\n\t)?)+)/.exec(probe)?.[1] ?? "";
    const words = [...list.matchAll(/"([^"]*)"/g)]
      .map(([, part]) => part)
      .join("")
      .trim()
      .split(" ");
    expect(words.toSorted()).toEqual(carrierPackages.toSorted());
  });
});
