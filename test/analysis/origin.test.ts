import { describe, expect, it } from "vitest";
import { originOf, packageOf } from "../../src/analysis/origin.js";

describe("packageOf", () => {
  it.each([
    ["main.main.func1", "main"],
    ["example.com/shop.(*Cache).Put", "example.com/shop"],
    ["example.com/shop/v2.Cache.Get", "example.com/shop/v2"],
    ["gopkg.in/yaml%2ev3.Marshal", "gopkg.in/yaml.v3"],
    ["main.Max[...]", "main"],
    ["example.com/a.Map[example.com/b.Key,go.shape.int].Get", "example.com/a"],
    ["?", "?"],
  ])("%s is of %s", (name, path) => {
    expect(packageOf(name)).toBe(path);
  });
});

const module = { modulePath: "example.com/shop", goroot: "/opt/go" };
const nothing = { modulePath: null, goroot: null };

describe("originOf", () => {
  it.each([
    ["main.main", "/home/ada/shop/main.go", module, "own"],
    ["example.com/shop.F", "/home/ada/shop/f.go", module, "own"],
    ["example.com/shop_test.TestF", "/home/ada/shop/f_test.go", module, "own"],
    ["example.com/shop/cart.F", "example.com/shop/cart/f.go", module, "own"],
    ["example.com/shop/cart.F", "/root/go/pkg/mod/example.com/shop@v1.0.0/cart/f.go", module, "own"],
    ["example.com/shopping.F", "/root/go/pkg/mod/example.com/shopping@v1.0.0/f.go", module, "dependency"],
    ["example.com/shopping.F", "example.com/shopping@v1.0.0/f.go", module, "dependency"],
    ["example.com/shopping.F", "/home/ada/shop/vendor/example.com/shopping/f.go", module, "dependency"],
    ["example.com/workspace.F", "/home/ada/workspace/f.go", module, "own"],
    ["article.F", "/home/ada/article/f.go", nothing, "own"],
    ["maps/mine.F", "/home/ada/maps/mine/f.go", nothing, "own"],
    ["encoding/json.Marshal", "/opt/go/src/encoding/json/encode.go", module, "standard"],
    ["encoding/json.Marshal", "/usr/share/go-1.27/src/encoding/json/encode.go", nothing, "standard"],
    ["encoding/json.Marshal", "encoding/json/encode.go", nothing, "standard"],
    ["vendor/golang.org/x/net/http2.F", "/opt/go/src/vendor/golang.org/x/net/http2/f.go", module, "standard"],
    ["runtime.mapassign", "/opt/go/src/runtime/map.go", module, "runtime"],
    ["runtime.mapassign", "runtime/map.go", module, "runtime"],
    ["runtime/debug.Stack", "/opt/go/src/runtime/debug/stack.go", module, "standard"],
    ["internal/runtime/maps.(*Iter).Next", "/opt/go/src/internal/runtime/maps/table.go", module, "runtime"],
    ["reflect.mapassign0", "/opt/go/src/runtime/map_swiss.go", module, "runtime"],
    ["maps.clone", "runtime/map.go", module, "runtime"],
    ["reflect.Value.SetMapIndex", "/opt/go/src/reflect/map_swiss.go", module, "standard"],
    ["?", null, module, "dependency"],
  ] as const)("%s in %s", (name, file, context, origin) => {
    expect(originOf({ function: name, file, line: 1, inlined: false }, context)).toBe(origin);
  });
});
