import { describe, expect, it } from "vitest";
import { placeFrames, siteOf, testOf, trimStack } from "../../src/analysis/stack.js";
import { frame } from "../support/symbols.js";

const context = { modulePath: "example.com/shop", goroot: "/go" };
const touch = frame("runtime.maptrapTouch", "/go/src/runtime/maptrap.go", 1);
const assign = frame("internal/runtime/maps.(*Map).PutSlot", "/go/src/internal/runtime/maps/map.go", 2);
const library = frame("encoding/json.mapEncoder.encode", "/go/src/encoding/json/encode.go", 3);
const own = frame("example.com/shop.Dump", "/shop/dump.go", 4);
const probeOfTheUser = frame("example.com/shop.probe", "/shop/probe.go", 5);
const goexit = frame("runtime.goexit", "/go/src/runtime/asm_amd64.s", 6);
const runner = frame("testing.tRunner", "/go/src/testing/testing.go", 7);

describe("trimStack", () => {
  it("takes the runtime's and the probe's frames off both ends, and no others", () => {
    const stack = placeFrames([touch, assign, library, own, probeOfTheUser, assign, own, goexit], context);
    expect(trimStack(stack).map((at) => at.function)).toEqual(
      [library, own, probeOfTheUser, assign, own].map((at) => at.function),
    );
  });

  it("leaves nothing of a stack that is the runtime's alone", () => {
    expect(trimStack(placeFrames([touch, goexit], context))).toEqual([]);
  });
});

describe("siteOf", () => {
  it("is the first own frame, else the first outside the runtime", () => {
    expect(siteOf(placeFrames([touch, library, own, goexit], context))).toMatchObject(own);
    expect(siteOf(placeFrames([touch, library, goexit], context))).toMatchObject(library);
    expect(siteOf(placeFrames([touch, goexit], context))).toBeNull();
  });
});

describe("testOf", () => {
  const inTest = (name: string) => frame(`example.com/shop.${name}`, "/shop/shop_test.go", 9);

  it.each([
    ["TestCache", "TestCache"],
    ["TestCache.func1", "TestCache"],
    ["TestCache.func1.2", "TestCache"],
    ["BenchmarkCache", "BenchmarkCache"],
    ["Test", "Test"],
    ["Test_cache", "Test_cache"],
    ["(*Suite).TestCache", "TestCache"],
    ["(*Suite).TestCache-fm", "TestCache"],
    ["TestÄther", "TestÄther"],
    ["Testify", null],
    ["helper", null],
  ])("finds %s", (name, test) => {
    expect(testOf([touch, own, inTest(name), runner, goexit], [])).toBe(test);
  });

  it("is the outermost test on the stack, else the one that started the goroutine", () => {
    expect(testOf([inTest("TestInner"), inTest("TestOuter"), runner], [inTest("TestStarter")])).toBe(
      "TestOuter",
    );
    expect(testOf([own, goexit], [inTest("TestStarter.func2")])).toBe("TestStarter");
    expect(testOf([own, goexit], [])).toBeNull();
  });

  it("does not take ordinary code for a test", () => {
    expect(testOf([frame("example.com/shop.TestConnection", "/shop/db.go", 3)], [])).toBeNull();
  });
});
