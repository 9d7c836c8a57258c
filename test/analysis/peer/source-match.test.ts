import { describe, expect, it } from "vitest";
import { FactsIndex } from "../../../src/analysis/peer/facts-index.js";
import { plainName, rootName } from "../../../src/analysis/peer/function-names.js";
import { SourceMatch } from "../../../src/analysis/peer/source-match.js";
import { fact, factsOf } from "../../support/source-facts.js";

const functions = [
  fact("example.com/shop.(*Cache).Put", 10, 20),
  fact("example.com/shop.(*Cache).Get", 22, 30),
  { ...fact("example.com/shop.(*Cache).Put.func1", 14, 16), enclosing: 0 },
  fact("example.com/shop.Memo[...]", 40, 50),
  { ...fact("example.com/shop.glob..func1", 60, 62) },
  { ...fact("example.com/shop/cart.(*Cart).Add", 5, 9, "cart/cart.go"), package: "example.com/shop/cart" },
  { ...fact("example.com/shop/till.Open", 5, 9, "till/cart.go"), package: "example.com/shop/till" },
  { ...fact("main.main", 10, 30, "cmd/one/main.go"), package: "example.com/shop/cmd/one" },
  {
    ...fact("main.main.func1", 12, 14, "cmd/one/main.go"),
    package: "example.com/shop/cmd/one",
    enclosing: 7,
  },
  { ...fact("main.main", 40, 60, "cmd/two/main.go"), package: "example.com/shop/cmd/two" },
  { ...fact("main.serve", 62, 70, "cmd/two/main.go"), package: "example.com/shop/cmd/two" },
  { ...fact("example.com/shop_test.TestPut", 8, 12, "cache_test.go"), package: "example.com/shop" },
];

const match = new SourceMatch(new FactsIndex(factsOf({ functions })));

const place = (name: string, file: string | null, line: number | null) =>
  match.place({ function: name, file, line });

/** Where a frame is, in short: file, name of the function, and whether it fits. */
const placed = (name: string, file: string | null, line: number | null) => {
  const found = place(name, file, line);
  return found === undefined
    ? undefined
    : [found.file, found.function === null ? null : functions[found.function]?.name, found.exact];
};

describe("SourceMatch", () => {
  it.each([
    ["where it was built", "/home/ada/shop/cache.go"],
    ["with -trimpath", "example.com/shop/cache.go"],
    ["with -trimpath, as a dependency", "example.com/shop@v1.2.3/cache.go"],
    ["in a GOPATH", "/workspace/go/src/example.com/shop/cache.go"],
    ["on Windows", "C:\\src\\shop\\cache.go"],
    ["on Windows, with slashes", "D:/a/shop/shop/cache.go"],
    ["relative to the package", "./cache.go"],
    ["with its name only", "cache.go"],
    ["with a folder that was x-ed", "/xxx/xxxx/cache.go"],
    ["in the home folder", "~/shop/cache.go"],
    ["with blanks", "/Users/ada/my projects/shop/cache.go"],
  ])("finds a file %s", (_, file) => {
    expect(place("example.com/shop.(*Cache).Put", file, 12)).toEqual({
      file: "cache.go",
      line: 12,
      function: 0,
      exact: true,
      byName: true,
    });
  });

  it("finds a function where the module lies in another folder of a larger tree", () => {
    const moved = functions.map((one) => ({ ...one, file: `services/shop/${one.file}` }));
    const below = new SourceMatch(new FactsIndex(factsOf({ functions: moved })));
    const frame = { function: "example.com/shop.(*Cache).Put", file: "/app/cache.go", line: 12 };
    expect(below.place(frame)).toMatchObject({ file: "services/shop/cache.go", function: 0, exact: true });
  });

  it.each([
    ["example.com/shop/cart.(*Cart).Add", "/x/cart.go", "cart/cart.go"],
    ["example.com/shop/till.Open", "/x/cart.go", "till/cart.go"],
  ])("tells files of one name apart by the package: %s", (name, file, expected) => {
    expect(place(name, file, 6)?.file).toBe(expected);
  });

  it("tells programs apart whose package is main: by the path, by the line, by the function", () => {
    expect(placed("main.main", "/src/cmd/two/main.go", 50)).toEqual(["cmd/two/main.go", "main.main", true]);
    expect(placed("main.main", "/x/main.go", 50)).toEqual(["cmd/two/main.go", "main.main", true]);
    expect(placed("main.main", "/x/main.go", 20)).toEqual(["cmd/one/main.go", "main.main", true]);
    expect(placed("main.serve", "/x/main.go", 99)).toEqual(["cmd/two/main.go", "main.serve", false]);
  });

  it.each([
    ["the literal itself", "example.com/shop.(*Cache).Put.func1", 15],
    ["a literal with another number", "example.com/shop.(*Cache).Put.func3", 15],
    ["a literal in a literal", "example.com/shop.(*Cache).Put.func1.2", 15],
    ["a go statement's wrapper", "example.com/shop.(*Cache).Put.gowrap1", 15],
    ["a deferred call's wrapper", "example.com/shop.(*Cache).Put.func1.deferwrap2", 15],
    ["the body of a range over a function", "example.com/shop.(*Cache).Put.func1-range1", 15],
    ["the declared function, on the literal's line", "example.com/shop.(*Cache).Put.func9", 15],
  ])("finds a function literal by its line: %s", (_, name, line) => {
    expect(placed(name, "/x/cache.go", line)).toEqual([
      "cache.go",
      "example.com/shop.(*Cache).Put.func1",
      true,
    ]);
  });

  it("finds a literal that was inlined, although its name is that of the function it was inlined into", () => {
    expect(placed("main.main.func1.(*Cache).Put.1", "/x/shop/cache.go", 15)).toEqual([
      "cache.go",
      "example.com/shop.(*Cache).Put.func1",
      true,
    ]);
    expect(placed("main.main.fib.Memo[...].func5", "/x/shop/cache.go", 45)).toEqual([
      "cache.go",
      "example.com/shop.Memo[...]",
      true,
    ]);
  });

  it.each([
    "example.com/shop.Memo[...]",
    "example.com/shop.Memo[go.shape.int,go.shape.string]",
    "example.com/shop.Memo",
  ])("finds a generic function: %s", (name) => {
    expect(placed(name, "/x/cache.go", 45)).toEqual(["cache.go", "example.com/shop.Memo[...]", true]);
  });

  it("finds a method value, and a function of a package's variable", () => {
    expect(placed("example.com/shop.(*Cache).Put-fm", "/x/cache.go", 12)?.[1]).toBe(
      "example.com/shop.(*Cache).Put",
    );
    expect(placed("example.com/shop.glob..func1", "/x/cache.go", 61)).toEqual([
      "cache.go",
      "example.com/shop.glob..func1",
      true,
    ]);
    // From Go 1.22 on, these are named after the package's initialisation.
    expect(placed("example.com/shop.init.func1", "/x/cache.go", 61)).toEqual([
      "cache.go",
      "example.com/shop.glob..func1",
      true,
    ]);
  });

  it("finds a function of a fork, or of a module that was given another name", () => {
    expect(placed("github.com/ada/shop.(*Cache).Put", "/x/shop/cache.go", 12)).toEqual([
      "cache.go",
      "example.com/shop.(*Cache).Put",
      true,
    ]);
  });

  it("says that the revision is another one when the line is outside of the function", () => {
    expect(placed("example.com/shop.(*Cache).Put", "/home/ada/shop/cache.go", 33)).toEqual([
      "cache.go",
      "example.com/shop.(*Cache).Put",
      false,
    ]);
  });

  it("finds the function when the line was left out", () => {
    expect(placed("example.com/shop.(*Cache).Put", "/x/cache.go", null)).toEqual([
      "cache.go",
      "example.com/shop.(*Cache).Put",
      true,
    ]);
  });

  it("finds a function of a test package", () => {
    expect(placed("example.com/shop_test.TestPut", "/x/cache_test.go", 10)?.[2]).toBe(true);
    expect(placed("example.com/shop.TestPut", "/x/cache_test.go", 10)?.[2]).toBe(true);
  });

  it.each([
    ["a file that is not there", "example.com/shop.(*Cache).Put", "/x/other.go", 12],
    ["no file", "example.com/shop.(*Cache).Put", null, null],
    ["another program's file of the same name", "example.com/other.(*Store).Set", "/y/cache.go", 12],
    ["another type's method of the same name", "example.com/other.(*Store).Put", "/y/cache.go", 12],
    ["an empty path", "example.com/shop.(*Cache).Put", "", 12],
    ["a path that ends in a slash", "example.com/shop.(*Cache).Put", "/x/cache.go/", 12],
  ])("finds nothing for %s", (_, name, file, line) => {
    expect(place(name, file, line)).toBeUndefined();
  });

  it("is not led astray by names that hold anything", () => {
    for (const name of ["", ".", "[", "]]]][[[", "a[b[c", "(*", "main.main.func1.(*".repeat(5000), "\0"]) {
      expect(() => place(name, "/x/cache.go", 12)).not.toThrow();
    }
  });
});

describe("plainName and rootName", () => {
  it.each([
    ["example.com/shop.(*Cache[...]).Put", "example.com/shop.(*Cache).Put"],
    ["example.com/shop.(*Cache[go.shape.struct { F []int }]).Put-fm", "example.com/shop.(*Cache).Put"],
    ["gopkg.in/yaml%2ev3.Marshal", "gopkg.in/yaml.v3.Marshal"],
    ["main.main·dwrap·2", "main.main"],
  ])("takes from %s what compilers add", (name, plain) => {
    expect(plainName(name)).toBe(plain);
  });

  it.each([
    ["main.(*Cache).Put.func1.2", "main.(*Cache).Put"],
    ["main.(*Cache[...]).Put.func1", "main.(*Cache).Put"],
    ["main.main.gowrap1", "main.main"],
    ["main.All.func1-range2", "main.All"],
    ["main.glob..func3", "main.init"],
    ["main.init.func3", "main.init"],
    ["main.init.0.func1", "main.init"],
  ])("knows the declared function of %s", (name, root) => {
    expect(rootName(name)).toBe(root);
  });
});
