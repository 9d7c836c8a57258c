import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  defer,
  type Deferred,
  joinDeferred,
  noDeferred,
} from "../../../../src/evidence/source/flow/deferred.js";
import {
  callbackRule,
  fieldRule,
  isStandard,
  keepsNothing,
  neverReturns,
  waitsForReceiver,
} from "../../../../src/evidence/source/flow/library.js";
import { anySite, union } from "../../../../src/evidence/source/flow/state.js";
import { calleesFirst } from "../../../../src/evidence/source/flow/strongly-connected.js";
import { Synonyms } from "../../../../src/evidence/source/flow/synonyms.js";

describe("union", () => {
  it("is the set of both, in order, or a sign for too many", () => {
    const list = fc.uniqueArray(fc.nat(60), { maxLength: 45 }).map((all) => all.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(list, list, (one, other) => {
        const both = [...new Set([...one, ...other])].toSorted((a, b) => a - b);
        const result = union(one, other);
        if (one.length <= 40 && other.length <= 40) {
          expect(result).toEqual(both.length > 40 && both.length > one.length ? [anySite] : both);
        }
        expect(union(result, other)).toEqual(result);
      }),
    );
    expect(union([anySite], [1])).toEqual([anySite]);
    expect(union([1], [anySite])).toEqual([anySite]);
  });
});

describe("deferred calls", () => {
  const sites = (list: Deferred): string[] => {
    const found: string[] = [];
    for (let at: Deferred | null = list; at !== null && at.site >= 0; at = at.rest) {
      found.push(`${at.site}${at.maybe ? "?" : ""}`);
    }
    return found;
  };

  it("run in reverse; what one way deferred is doubtful", () => {
    const root = noDeferred();
    const one = defer(root, 1);
    const both = defer(defer(one, 2), 3);
    expect(sites(both)).toEqual(["3", "2", "1"]);
    expect(sites(joinDeferred(both, one))).toEqual(["3?", "2?", "1"]);
    expect(sites(joinDeferred(one, both))).toEqual(["3?", "2?", "1"]);
    expect(sites(joinDeferred(defer(one, 4), defer(one, 5)))).toEqual(["5?", "4?", "1"]);
    expect(defer(both, 2)).toBe(both);
    expect(defer(defer(one, 2), 3)).toBe(both);
  });

  it("joining goes one way only", () => {
    const steps = fc.array(fc.nat(6), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 8 }), (lists) => {
        const root = noDeferred();
        let joined = root;
        let changes = 0;
        for (let round = 0; round < 4; round += 1) {
          for (const list of lists) {
            const next = joinDeferred(
              joined,
              list.reduce((deferred, site) => defer(deferred, site), root),
            );
            changes += next === joined ? 0 : 1;
            joined = next;
          }
        }
        // At most: each of 7 sites is added once, and becomes doubtful once.
        expect(changes).toBeLessThanOrEqual(14);
      }),
    );
  });
});

describe("callees first", () => {
  it("every callee is in the same group or an earlier one", () => {
    const graph = fc.array(fc.array(fc.nat(19), { maxLength: 4 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(graph, (callees) => {
        const groups = calleesFirst(20, (func) => callees[func] ?? []);
        const groupOf = new Map(groups.flatMap((group, i) => group.map((func) => [func, i] as const)));
        expect(groupOf.size).toBe(20);
        for (const [func, list] of callees.entries()) {
          for (const callee of list) {
            expect(groupOf.get(callee)).toBeLessThanOrEqual(groupOf.get(func) ?? -1);
          }
        }
      }),
    );
    expect(calleesFirst(3, (func) => [(func + 1) % 3])).toHaveLength(1);
  });
});

describe("synonyms", () => {
  it("mean the one thing behind them, or themselves when there are two", () => {
    const synonyms = new Synonyms();
    synonyms.thing("field A.mu");
    synonyms.join("field B.mu", "parameter mu");
    synonyms.join("parameter mu", "field A.mu");
    expect(synonyms.meaning("field B.mu")).toBe("field A.mu");
    expect(synonyms.meaning("field C.mu")).toBe("field C.mu");
    synonyms.thing("field D.mu");
    synonyms.join("field D.mu", "parameter mu");
    expect(synonyms.meaning("field B.mu")).toBe("field B.mu");
    expect(synonyms.meaning("field A.mu")).toBe("field A.mu");
    expect(synonyms.group("field D.mu")).toBe(synonyms.group("field B.mu"));
  });
});

describe("what libraries do", () => {
  it("is known by name, or guessed by it", () => {
    expect(callbackRule("time.AfterFunc").start).toBe("timer");
    expect(callbackRule("sort.Slice").start).toBeNull();
    expect(callbackRule("sync.Map.Range").start).toBeNull();
    expect(callbackRule("github.com/gin-gonic/gin.Engine.GET")).toMatchObject({
      start: "http-handler",
      many: true,
    });
    expect(callbackRule("github.com/robfig/cron/v3.Cron.AddFunc")).toMatchObject({
      start: "timer",
      many: true,
    });
    expect(callbackRule("github.com/panjf2000/ants/v2.Pool.Submit").start).toBe("go");
    expect(callbackRule("github.com/samber/lo.Map").start).toBeNull();
    expect(callbackRule("github.com/samber/lo/parallel.Map")).toMatchObject({
      start: "errgroup",
      many: true,
    });
    expect(callbackRule("github.com/go-co-op/gocron.Scheduler.Do")).toMatchObject({
      start: "timer",
      many: true,
    });
    expect(callbackRule("google.golang.org/grpc.UnaryInterceptor")).toMatchObject({
      start: "http-handler",
      many: true,
    });
    expect(callbackRule("github.com/nats-io/nats.go.Conn.Subscribe")).toMatchObject({
      start: "callback",
      many: true,
    });
    expect(fieldRule("github.com/spf13/cobra.Command", "RunE").start).toBeNull();
    expect(fieldRule("net/http.Server", "Handler").start).toBe("http-handler");
    expect(fieldRule("crypto/tls.Config", "GetCertificate")).toMatchObject({ start: "callback", many: true });
    expect(waitsForReceiver("golang.org/x/sync/errgroup.Group.Wait")).toBe(true);
    expect(waitsForReceiver("github.com/sourcegraph/conc/pool.Pool.Wait")).toBe(true);
    expect(waitsForReceiver("sync.Cond.Wait")).toBe(false);
    expect(callbackRule("testing.T.Cleanup")).toMatchObject({ start: null, atEnd: true });
    expect(["net/http.X", "sort.X"].every(isStandard)).toBe(true);
    expect(["github.com/a/b.X", "GET"].some(isStandard)).toBe(false);
    expect([
      neverReturns("os.Exit"),
      neverReturns("testing.T.Fatal"),
      neverReturns("testing.T.Error"),
    ]).toEqual([true, true, false]);
    expect([keepsNothing("fmt.Println"), keepsNothing("sync.Map.Store")]).toEqual([true, false]);
  });
});
