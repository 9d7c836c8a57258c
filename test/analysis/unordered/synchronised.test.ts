import { describe, expect, it } from "vitest";
import { synchronisingCall } from "../../../src/analysis/unordered/synchronised.js";
import type { CaseFrame } from "../../../src/case/case.js";

const own: CaseFrame = {
  function: "example.com/shop.(*Cache).Get",
  file: "/shop/cache.go",
  line: 7,
  inlined: false,
};
const go = (name: string, file = "/usr/lib/go/src/sync/x.go"): CaseFrame => ({
  function: name,
  file,
  line: 1,
  inlined: false,
});

describe("synchronisingCall", () => {
  it.each([
    [["sync.(*Mutex).Lock"], "mutex", "Mutex.Lock"],
    [
      ["internal/sync.(*Mutex).lockSlow", "internal/sync.(*Mutex).Lock", "sync.(*Mutex).Lock"],
      "mutex",
      "Mutex.Lock",
    ],
    [["sync.(*Mutex).lockSlow"], "mutex", "Mutex.Lock"],
    [["internal/race.Release", "sync.(*RWMutex).RUnlock"], "rwmutex", "RWMutex.RUnlock"],
    [["sync.(*RWMutex).RLock", "sync.(*rlocker).Lock"], "rwmutex", "RWMutex.RLock"],
    [["sync.(*WaitGroup).Add", "sync.(*WaitGroup).Done"], "wait-group", "WaitGroup.Done"],
    [
      [
        "sync/atomic.(*Uint32).Store",
        "sync.(*Once).doSlow.deferwrap1",
        "sync.(*Once).doSlow",
        "sync.(*Once).Do",
      ],
      "once",
      "Once.Do",
    ],
    [["sync.OnceFunc.func1", "sync.OnceFunc.func2"], "once", "sync.OnceFunc"],
    [["internal/sync.(*HashTrieMap[...]).Load", "sync.(*Map).Load"], "sync-map", "sync.Map.Load"],
    [["sync.(*Pool).Put"], "pool", "Pool.Put"],
    [["sync.(*WaitGroup).maptrapOrderedAdd", "sync.(*WaitGroup).Add"], "wait-group", "WaitGroup.Add"],
    [["sync.(*Mutex).Unlock", "internal/race.MaptrapUnlock"], "mutex", "Mutex.Unlock"],
    [["sync.(*Cond).Wait"], "cond", "Cond.Wait"],
    [["runtime.maptrapOrderRelease", "runtime.chansend", "runtime.chansend1"], "channel", "channel send"],
    [["runtime.chanrecv", "runtime.chanrecv2"], "channel", "channel receive"],
    [["runtime.closechan"], "channel", "channel close"],
    [["runtime.selectgo"], "select", "select"],
    [["sync/atomic.StoreInt32"], "atomic", "atomic.StoreInt32"],
    [["sync/atomic.(*Bool).Load"], "atomic", "atomic.Bool.Load"],
    [["sync/atomic.(*Pointer[go.shape.struct { F []string }]).Store"], "atomic", "atomic.Pointer.Store"],
    [["internal/poll.(*fdMutex).rwlock", "internal/poll.(*FD).Read"], "file", "poll.FD.Read"],
    [["syscall.write", "syscall.Write"], "file", "syscall.Write"],
  ] as const)("tells %j", (names, on, how) => {
    const call = synchronisingCall([...names.map((name) => go(name)), own]);
    expect(call).toEqual({ on, how, from: [own] });
  });

  it("takes code of the runtime for it, whatever package its name says", () => {
    const file = "/usr/lib/go/src/runtime/chan.go";
    expect(synchronisingCall([go("reflect.chanrecv", file), go("reflect.Value.recv"), own])).toMatchObject({
      how: "channel receive in reflect",
      from: [{ function: "reflect.Value.recv" }, own],
    });
  });

  it("says which package of the standard library called it", () => {
    const call = synchronisingCall([go("runtime.closechan"), go("context.(*cancelCtx).cancel"), own]);
    expect(call).toMatchObject({ on: "channel", how: "channel close in context" });
    expect(synchronisingCall([go("fmt.newPrinter"), own])).toMatchObject({ on: "other", how: "? in fmt" });
  });

  it("tells timers and finalizers, which run on goroutines of the runtime", () => {
    const timer = [
      go("runtime.(*timer).unlockAndRun"),
      go("runtime.goexit", "/usr/lib/go/src/runtime/asm.s"),
    ];
    expect(synchronisingCall(timer)).toEqual({ on: "timer", how: "timer in runtime", from: [] });
    const enabled = ["runtime.chanrecv", "runtime.chanrecv1", "runtime.gcenable", "runtime.main"].map(
      (name) => go(name),
    );
    expect(synchronisingCall(enabled)).toEqual({
      on: "channel",
      how: "channel receive in runtime",
      from: [],
    });
    expect(synchronisingCall([go("runtime.runFinalizers")]).how).toBe("finalizer or cleanup");
  });

  it("does not take a module for Go's own packages", () => {
    const theirs = go("sync.(*Mutex).Lock", "/home/ada/sync/mutex.go");
    expect(synchronisingCall([theirs, own]).from).toEqual([own]);
    const other = go("example.com/sync.(*Mutex).Lock", "/home/ada/sync/mutex.go");
    expect(synchronisingCall([other, own])).toEqual({ on: "other", how: "?", from: [other, own] });
  });

  it("says that it does not know", () => {
    expect(synchronisingCall([])).toEqual({ on: "other", how: "?", from: [] });
    expect(synchronisingCall([own])).toEqual({ on: "other", how: "?", from: [own] });
  });
});
