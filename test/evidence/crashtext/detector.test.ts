import { describe, expect, it } from "vitest";
import type { CrashDump } from "../../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { go124, go19 } from "./texts.js";

async function dumpOf(text: string): Promise<CrashDump> {
  const { reports } = await readCrashText(text);
  expect(reports).toHaveLength(1);
  return reports[0] as CrashDump;
}

/** A dump of one goroutine with these frames, each `FUNCTION(ARGUMENTS) FILE:LINE`. */
function stack(headline: string | null, ...frames: string[]): string {
  const lines = frames.flatMap((frame) => {
    const at = frame.lastIndexOf(" ");
    return [frame.slice(0, at), `\t${frame.slice(at + 1)} +0x1d`];
  });
  const head = headline === null ? [] : [`fatal error: ${headline}`, ""];
  return `${[...head, "goroutine 7 [running]:", ...lines].join("\n")}\n`;
}

const go = "/usr/local/go/src";
const modules = "/root/go/pkg/mod";
const readAndWrite = "concurrent map read and map write";
const iteration = "concurrent map iteration and map write";

describe("the side that noticed", () => {
  it("is told with the runtime's function", async () => {
    expect(await dumpOf(go19)).toMatchObject({
      conflict: readAndWrite,
      detector: {
        goroutine: {
          id: 1409,
          state: "running",
          createdBy: { frame: { function: "main.main", line: 29 }, goroutine: null },
        },
        operation: "read",
        operationFrom: "runtime.mapaccess2",
        site: {
          function: "main.(*Store).Get",
          line: 52,
          arguments: "0xc420293960, 0xc42089cf00, 0x3a",
          textLine: 8,
        },
        through: null,
      },
    });
  });

  it("is told from the headline where the runtime's frames are hidden", async () => {
    expect(await dumpOf(go124)).toMatchObject({
      conflict: "concurrent map writes",
      detector: {
        goroutine: { id: 19 },
        operation: "write",
        operationFrom: "headline",
        site: { function: "main.(*Store).Put" },
      },
    });
  });

  it.each([
    ["runtime.mapdelete_faststr(0x1, 0xc000012345, 0x2)", "concurrent map writes", "delete"],
    ["runtime.mapclear(0x1, 0xc000012345)", "concurrent map writes", "clear"],
    ["runtime.mapassign_fast64ptr(0x1, 0xc000012345, 0x2)", "concurrent map writes", "write"],
    ["runtime.mapiternext(0xc000012345)", iteration, "iterate"],
    ["internal/runtime/maps.(*Iter).Next(0xc000012345?)", iteration, "iterate"],
    ["runtime.mapaccessK(0x1, 0xc000012345, 0x2)", iteration, "iterate"],
    ["runtime.mapclone2(0x1, 0xc000012345)", "concurrent map clone and map write", "clone"],
    ["runtime.mapaccess1_fast32(0x1, 0xc000012345, 0x2)", readAndWrite, "read"],
  ])("did what %s says", async (frame, headline, operation) => {
    const text = stack(
      headline,
      "runtime.fatal({0x4f2554?, 0x0?}) /go/src/runtime/panic.go:1096",
      `${frame} /go/src/runtime/map.go:1`,
      "main.f() /home/ada/main.go:2",
    );
    expect(await dumpOf(text)).toMatchObject({ detector: { operation, site: { function: "main.f" } } });
  });

  it("does not believe a frame that tells another story than the headline", async () => {
    const text = stack(
      iteration,
      `maps.clone({0x4f2554, 0xc000012345}) ${go}/runtime/map.go:326`,
      `maps.Clone[...](0x1) ${go}/maps/maps.go:55`,
      "main.f() /home/ada/main.go:2",
    );
    expect(await dumpOf(text)).toMatchObject({
      detector: { operation: "iterate", site: { function: "main.f" }, through: "maps.Clone[...]" },
    });
  });
});

describe("the site", () => {
  const formatted = [
    `reflect.mapiternext(0xc000012345) ${go}/runtime/map.go:1380`,
    `reflect.(*MapIter).Next(0xc000012345) ${go}/reflect/value.go:1700`,
    `fmt.(*pp).printValue(0x1) ${go}/fmt/print.go:760`,
    `fmt.Sprintf({0x1, 0x2}) ${go}/fmt/print.go:219`,
  ];
  const logger = `github.com/sirupsen/logrus.(*Entry).Infof(0x1) ${modules}/github.com/sirupsen/logrus@v1.9.0/entry.go:349`;

  it.each([
    ["a logger that was downloaded", [...formatted, logger], "logrus.(*Entry).Infof"],
    [
      "a logger that is vendored",
      [
        ...formatted,
        "example.com/shop/vendor/go.uber.org/zap.(*SugaredLogger).Infof(0x1) /src/example.com/shop/vendor/go.uber.org/zap/sugar.go:138",
      ],
      "SugaredLogger).Infof",
    ],
    [
      "a log package of the program's own",
      [...formatted, logger, "example.com/shop/pkg/log.Infof(0x1) /home/ada/shop/pkg/log/log.go:174"],
      "pkg/log.Infof",
    ],
    [
      "a logging function of the program's own",
      [...formatted, "example.com/shop/util.LogWarnf(0x1) /home/ada/shop/util/logging.go:17"],
      "util.LogWarnf",
    ],
    ["the standard library", formatted, "fmt.Sprintf"],
    [
      "a library that encodes",
      [
        `reflect.mapiterinit(0x1, 0xc000012345) ${go}/runtime/map.go:1350`,
        `github.com/modern-go/reflect2.(*UnsafeMapType).UnsafeIterate(0x1) ${modules}/github.com/modern-go/reflect2@v1.0.1/unsafe_map.go:112`,
        `github.com/json-iterator/go.(*structEncoder).Encode(0x1) ${modules}/github.com/json-iterator/go@v1.1.8/reflect_struct_encoder.go:110`,
      ],
      "structEncoder).Encode",
    ],
  ])("lies below %s", async (_, frames, through) => {
    const dump = await dumpOf(
      stack(iteration, ...frames, "example.com/shop.(*Cart).dump(0xc000055555) /home/ada/shop/cart.go:77"),
    );
    expect(dump.detector?.site?.function).toBe("example.com/shop.(*Cart).dump");
    expect(dump.detector?.through).toContain(through);
  });

  it("is a dependency's own frame where that goes to the map itself", async () => {
    const text = stack(
      "concurrent map writes",
      `runtime.mapassign_faststr(0x1, 0xc000012345) ${go}/runtime/map_faststr.go:291`,
      `github.com/gin-gonic/gin.(*Context).Set(...) ${modules}/github.com/gin-gonic/gin@v1.6.3/context.go:247`,
      "main.handler() /app/main.go:33",
    );
    expect(await dumpOf(text)).toMatchObject({
      detector: { site: { function: "github.com/gin-gonic/gin.(*Context).Set" }, through: null },
    });
  });

  it("is not a catalog's method because of its name", async () => {
    const text = stack(
      iteration,
      ...formatted,
      "example.com/shop/catalog.(*Store).Describe(0x1) /home/ada/shop/catalog/store.go:9",
    );
    expect(await dumpOf(text)).toMatchObject({
      detector: { site: { function: "example.com/shop/catalog.(*Store).Describe" } },
    });
  });

  it("is the caller of a library function in the program, in a GOPATH too", async () => {
    const text = `${stack(readAndWrite, `runtime.mapaccess2(0x1, 0xc000012345) ${go}/runtime/hashmap.go:413`, `reflect.Value.MapIndex(0x1) ${go}/reflect/value.go:1058`, `encoding/json.Marshal(0x1) ${go}/encoding/json/encode.go:161`, "github.com/ada/render.JSON(0x1) /home/ada/go/src/github.com/ada/render/json.go:8", "github.com/bob/app/web.handle(0x1) /home/ada/go/src/github.com/bob/app/web/web.go:12")}
goroutine 1 [chan receive]:
main.main()
	/home/ada/go/src/github.com/bob/app/main.go:9 +0x1d
`;
    expect(await dumpOf(text)).toMatchObject({
      detector: {
        site: { function: "github.com/bob/app/web.handle" },
        through: "github.com/ada/render.JSON",
      },
    });
  });
});

describe("a dump without a headline", () => {
  const site = "main.f(0x1) /home/ada/main.go:9";
  const map = `runtime.mapdelete(0x1, 0xc000012345, 0x2) ${go}/runtime/map.go:1`;

  it.each([
    ["runtime.throw(0x17b9212, 0x21)", "runtime.mapaccess2(0x1, 0xc000012345)", readAndWrite],
    ["runtime.fatal({0x4f2554, 0x15})", "runtime.mapdelete(0x1, 0xc000012345)", "concurrent map writes"],
    ["internal/runtime/maps.fatal({0x4f2554, 0x26})", "internal/runtime/maps.(*Iter).Next(0x1)", iteration],
    ["runtime.fatal({0x4f2554, 0x22})", "maps.clone({0x1, 0x2})", "concurrent map clone and map write"],
  ])("tells the kind by the length in %s", async (fatal, frame, conflict) => {
    const dump = await dumpOf(
      stack(null, `${fatal} ${go}/runtime/panic.go:1`, `${frame} ${go}/runtime/map.go:1`, site),
    );
    expect(dump).toMatchObject({ cause: "fatal", headlines: [conflict], headlineInferred: true, conflict });
  });

  it("tells none where another message is as long, or no map is there", async () => {
    expect(
      await dumpOf(stack(null, `runtime.throw(0x17b9212, 0xd) ${go}/runtime/panic.go:1`, map, site)),
    ).toMatchObject({ conflict: null, detector: null });
    expect(
      await dumpOf(stack(null, `runtime.throw(0x17b9212, 0x21) ${go}/runtime/panic.go:1`, site)),
    ).toMatchObject({ conflict: null, cause: "goroutines" });
  });

  it("tells the side even where the map's message cannot be told", async () => {
    const text = stack(
      null,
      `internal/runtime/maps.fatal({0x4e413c?, 0x46accf?}) ${go}/runtime/panic.go:1058`,
      site,
    );
    expect(await dumpOf(text)).toMatchObject({
      cause: "fatal",
      conflict: null,
      headlines: [],
      detector: { operation: null, operationFrom: null, site: { function: "main.f" } },
    });
  });

  it("takes the kind from a title shortly before", async () => {
    const dump = await dumpOf(`Crash: ${iteration} in the proxy\n\n${stack(null, site)}`);
    expect(dump).toMatchObject({
      conflict: iteration,
      headlineInferred: false,
      detector: { operation: "iterate" },
    });
  });
});

describe("headlines", () => {
  it("of two writers are both kept, also within the first stack", async () => {
    const twice = go124.replace("fatal error: concurrent map writes\n", (line) => line + line);
    expect((await dumpOf(twice)).headlines).toEqual(["concurrent map writes", "concurrent map writes"]);
    const within = go124.replace(
      "main.main.func1()\n",
      (line) => `fatal error: concurrent map writes\n${line}`,
    );
    const dump = await dumpOf(within);
    expect(dump.headlines).toHaveLength(2);
    expect(dump.detector?.goroutine.frames).toHaveLength(3);
  });

  it("may tear a line of the stack", async () => {
    const torn = go124.replace(
      "sync.runtime_SemacquireWaitGroup(",
      (line) => `${line}fatal error: concurrent map writes\n`,
    );
    const dump = await dumpOf(torn);
    expect(dump).toMatchObject({
      headlines: ["concurrent map writes", "concurrent map writes"],
      goroutines: 3,
      unread: { count: 0 },
    });
    const [, main] = dump.groups.toSorted((a, b) => b.example.frames.length - a.example.frames.length);
    expect(main?.example.frames[0]).toMatchObject({
      function: "sync.runtime_SemacquireWaitGroup",
      arguments: "0xc0000a4018?",
      line: 110,
    });
  });

  it("are put together when program output is within one", async () => {
    const dump = await dumpOf(
      go124.replace("fatal error: concurrent", "fatal error: 1. Inc unlock.\nconcurrent"),
    );
    expect(dump).toMatchObject({ conflict: "concurrent map writes", headlines: ["concurrent map writes"] });
  });

  it("of panics keep their order", async () => {
    const text =
      "panic: first [recovered]\n\tpanic: second\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4b1a72]\n\ngoroutine 1 [running]:\nmain.main()\n\t/home/ada/main.go:3 +0x18\nexit status 2\n";
    expect(await dumpOf(text)).toMatchObject({
      cause: "panic",
      headlines: ["first [recovered]", "second"],
      conflict: null,
      detector: null,
      cut: null,
    });
  });

  it("that only stand in a log make no report", async () => {
    for (const line of ["panic: caught and logged", "fatal error: disk full", "SIGQUIT: quit"]) {
      expect((await readCrashText(`started\n${line}\nwent on\n`)).reports).toEqual([]);
    }
  });
});

describe("goroutines that may be the other side", () => {
  it("are those on the same receiver, and on other threads", async () => {
    const old = await dumpOf(go19);
    expect(old.peers).toMatchObject([
      { goroutine: { id: 1410 }, reason: "same-receiver", frame: { function: "main.(*Store).Put" } },
    ]);
    expect(old.peerVisible).toBe(false);
    const swiss = await dumpOf(go124);
    expect(swiss.peers).toMatchObject([{ goroutine: { id: 18 }, reason: "running-unavailable" }]);
    expect(swiss.peerVisible).toBe(false);
  });

  const inMap = (map: string, operation = "mapassign_fast64") => `
goroutine 30 [runnable]:
runtime.${operation}(0x4c10c0, ${map}, 0x6)
	${go}/runtime/map_fast64.go:102 +0x57
main.other()
	/home/ada/other.go:5 +0x27
`;
  const detecting = stack(
    readAndWrite,
    `runtime.mapaccess1_fast64(0x4c10c0, 0xc000014450, 0x6) ${go}/runtime/map_fast64.go:22`,
    "main.f() /home/ada/main.go:9",
  );

  it("are in the map still, when it is the same one", async () => {
    const dump = await dumpOf(detecting + inMap("0xc000014450"));
    expect(dump).toMatchObject({
      peerVisible: true,
      peers: [
        {
          goroutine: { id: 30 },
          reason: "in-map-operation",
          operation: "write",
          frame: { function: "main.other" },
        },
      ],
    });
    expect((await dumpOf(detecting + inMap("0xc0000ffff0"))).peerVisible).toBe(false);
    expect((await dumpOf(detecting + inMap("0x0?"))).peerVisible).toBe(true);
  });

  it("change the map when the one that noticed only read it", async () => {
    expect((await dumpOf(detecting + inMap("0xc000014450", "mapaccess2_fast64"))).peerVisible).toBe(false);
  });

  it("are at most 100, the likeliest first, and the rest is counted", async () => {
    const others = Array.from({ length: 400 }, (_, n) => inMap("0xc000014450").replace("30", `${n + 100}`));
    const waiting = "\ngoroutine 20 [select]:\nmain.f()\n\t/home/ada/main.go:10 +0x1d\n";
    const dump = await dumpOf(detecting + waiting + others.join(""));
    expect(dump.goroutines).toBe(402);
    expect(dump.peers).toHaveLength(100);
    expect(new Set(dump.peers.map(({ reason }) => reason))).toEqual(new Set(["in-map-operation"]));
    expect(dump.groups.find(({ count }) => count === 400)).toBeDefined();
  });
});
