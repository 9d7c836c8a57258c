/**
 * What functions outside the source do with what they are given: functions that they call or start, places that they
 * keep a value in, goroutines that they wait for.
 *
 * Names are `package.Function` or `package.Type.Method`; the version part of a module's path is left out
 * (`github.com/labstack/echo/v4` is `github.com/labstack/echo`).
 */
import { type StartEdge } from "../facts.js";

/** How a function outside runs a function that it was given. */
export interface CallbackRule {
  /** null: on the goroutine of the caller, before the call returns. */
  readonly start: StartEdge["how"] | null;
  /** Several at once, or again and again. */
  readonly many: boolean;
  /** When the calling function ends, not now. */
  readonly atEnd: boolean;
}

const now: CallbackRule = { start: null, many: false, atEnd: false };
const atEnd: CallbackRule = { start: null, many: false, atEnd: true };
const goroutine: CallbackRule = { start: "go", many: false, atEnd: false };
const group: CallbackRule = { start: "errgroup", many: false, atEnd: false };
const timer: CallbackRule = { start: "timer", many: false, atEnd: false };
const ticking: CallbackRule = { start: "timer", many: true, atEnd: false };
const handler: CallbackRule = { start: "http-handler", many: true, atEnd: false };
const callback: CallbackRule = { start: "callback", many: false, atEnd: false };
const callbacks: CallbackRule = { start: "callback", many: true, atEnd: false };
const finalizer: CallbackRule = { start: "finalizer", many: false, atEnd: false };
const severalGoroutines: CallbackRule = { start: "errgroup", many: true, atEnd: false };
const parallel: CallbackRule = { start: "parallel-test", many: true, atEnd: false };

const rules = new Map<string, CallbackRule>([
  ["time.AfterFunc", timer],
  ["context.AfterFunc", callback],
  ["golang.org/x/sync/errgroup.Group.Go", group],
  ["golang.org/x/sync/errgroup.Group.TryGo", group],
  ["sync.WaitGroup.Go", goroutine],
  ["golang.org/x/sync/singleflight.Group.DoChan", callbacks],
  ["net/http.Server.RegisterOnShutdown", callback],
  ["net/http.HandleFunc", handler],
  ["net/http.Handle", handler],
  ["net/http.HandlerFunc", handler],
  ["net/http.ServeMux.HandleFunc", handler],
  ["net/http.ServeMux.Handle", handler],
  ["net/http.ListenAndServe", handler],
  ["net/http.ListenAndServeTLS", handler],
  ["net/http.Serve", handler],
  ["net/http.ServeTLS", handler],
  ["net/http.TimeoutHandler", handler],
  ["net/http.StripPrefix", handler],
  ["net/http.AllowQuerySemicolons", handler],
  ["net/http.MaxBytesHandler", handler],
  ["net/http/httptest.NewServer", handler],
  ["net/http/httptest.NewTLSServer", handler],
  ["net/http/httptest.NewUnstartedServer", handler],
  ["net/http/fcgi.Serve", handler],
  ["expvar.Func", callbacks],
  ["expvar.Publish", callbacks],
  ["runtime.SetFinalizer", finalizer],
  ["runtime.AddCleanup", finalizer],
  ["testing.B.RunParallel", parallel],
  ["testing.T.Cleanup", atEnd],
  ["testing.B.Cleanup", atEnd],
  ["testing.F.Cleanup", atEnd],
  ["testing.TB.Cleanup", atEnd],
  ["testing.common.Cleanup", atEnd],
  ["net/rpc.Register", callbacks],
  ["net/rpc.RegisterName", callbacks],
  ["net/rpc.Server.Register", callbacks],
  ["net/rpc.Server.RegisterName", callbacks],
]);

/** Routers name their methods after the methods of HTTP. */
const routing =
  /^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE|Get|Post|Put|Delete|Patch|Head|Options|Any|All|Handle|HandleFunc|Handler|HandlerFunc|Match|Method|MethodFunc|Route|Use|NotFound|NoRoute|ServeHTTP|Serve|ListenAndServe)$/;
const starting = /^(?:Go|TryGo|Submit|TrySubmit|Spawn|Async|GoCtx|Invoke|Enqueue|Dispatch)$/;
const ticks = /^(?:Schedule|AddFunc|AddJob|Every|Tick|AfterFunc|RunEvery|ScheduleFunc)$/;
/** Packages whose loops run their body on several goroutines, and schedulers whose method says nothing. */
const parallelLoops = /(?:\/lo\/parallel|\/conc\/iter|\/parallel)\./;
const schedulers = /(?:^|\/)(?:gocron|cron)\b.*\.(?:Do|DoWithJobDetails|NewTask|Schedule)$/;
/** What is put around handlers. */
const wrapping = /(?:Interceptor|Middleware)$/;
/** Frameworks for commands run the function of the command that was given, and return then. */
const commands = /(?:\/cobra|\/cli|\/kingpin)\./;
const subscribing =
  /^(?:Subscribe|QueueSubscribe|On[A-Z]\w*|Consume|Listen|Watch|AddEventHandler|MustRegister|Register\w*|Publish)$/;

/** How `name` (as in the table) runs the functions that it is given. */
export function callbackRule(name: string): CallbackRule {
  const known = found.get(name);
  if (known !== undefined) {
    return known;
  }
  const rule = findRule(name);
  remember(found, name, rule);
  return rule;
}

const found = new Map<string, CallbackRule>();
const looks = new Map<string, boolean>();

/** Names are few, and asked for again and again; hostile source with too many of them is forgotten. */
function remember<T>(memory: Map<string, T>, name: string, answer: T): void {
  if (memory.size > 20_000) {
    memory.clear();
  }
  memory.set(name, answer);
}

function findRule(name: string): CallbackRule {
  const known = rules.get(withoutVersion(name));
  if (known !== undefined) {
    return known;
  }
  const method = name.slice(name.lastIndexOf(".") + 1);
  if (isStandard(name)) {
    return now;
  }
  if (starting.test(method)) {
    return goroutine;
  }
  if (parallelLoops.test(name)) {
    return severalGoroutines;
  }
  if (ticks.test(method) || schedulers.test(name)) {
    return ticking;
  }
  if (routing.test(method) || wrapping.test(method)) {
    return handler;
  }
  return subscribing.test(method) ? callbacks : now;
}

/** A function kept in a field of a type outside the source, such as `http.Server.Handler` or `tls.Config.GetCertificate`. */
export function fieldRule(owner: string, field: string): CallbackRule {
  if (owner === "net/http.Server" && field === "Handler") {
    return handler;
  }
  if (commands.test(withoutVersion(owner))) {
    return now;
  }
  return /^(?:net\/http|crypto\/tls|net\/http\/httputil|net)\./.test(owner) ? callbacks : callback;
}

/** The first part of a path of the standard library has no dot. */
export function isStandard(name: string): boolean {
  const slash = name.indexOf("/");
  // A name without a package is a method of something of which nothing is known.
  return slash >= 0 ? !name.slice(0, slash).includes(".") : name.includes(".");
}

function withoutVersion(name: string): string {
  return name.replace(/\/v\d+(?=[./])/, "");
}

/** Functions that do not come back. */
const ending = new Set([
  "os.Exit",
  "runtime.Goexit",
  "log.Fatal",
  "log.Fatalf",
  "log.Fatalln",
  "log.Panic",
  "log.Panicf",
  "log.Panicln",
  "log.Logger.Fatal",
  "log.Logger.Fatalf",
  "log.Logger.Fatalln",
  "log.Logger.Panic",
  "log.Logger.Panicf",
  "log.Logger.Panicln",
  "syscall.Exit",
]);
const endingTestMethods = /^testing\.(?:T|B|F|TB|common)\.(?:Fatal|Fatalf|FailNow|Skip|Skipf|SkipNow)$/;

/** Whether a function outside the source never returns. */
export function neverReturns(name: string): boolean {
  return ending.has(name) || endingTestMethods.test(name);
}

/** How a library type keeps values: which argument goes in, whether results come out of what was put in. */
export interface KeepRule {
  readonly puts: readonly number[];
  readonly gets: boolean;
}

const keeping = new Map<string, KeepRule>([
  ["sync.Map.Store", { puts: [1], gets: false }],
  ["sync.Map.Load", { puts: [], gets: true }],
  ["sync.Map.LoadOrStore", { puts: [1], gets: true }],
  ["sync.Map.LoadAndDelete", { puts: [], gets: true }],
  ["sync.Map.Swap", { puts: [1], gets: true }],
  ["sync.Map.CompareAndSwap", { puts: [2], gets: false }],
  ["sync.Pool.Get", { puts: [], gets: true }],
  ["sync.Pool.Put", { puts: [0], gets: false }],
  ["sync/atomic.Value.Load", { puts: [], gets: true }],
  ["sync/atomic.Value.Store", { puts: [0], gets: false }],
  ["sync/atomic.Value.Swap", { puts: [0], gets: true }],
  ["sync/atomic.Value.CompareAndSwap", { puts: [1], gets: false }],
  ["sync/atomic.Pointer.Load", { puts: [], gets: true }],
  ["sync/atomic.Pointer.Store", { puts: [0], gets: false }],
  ["sync/atomic.Pointer.Swap", { puts: [0], gets: true }],
  ["sync/atomic.Pointer.CompareAndSwap", { puts: [1], gets: false }],
  ["container/list.List.PushBack", { puts: [0], gets: true }],
  ["container/list.List.PushFront", { puts: [0], gets: true }],
  ["container/list.List.InsertBefore", { puts: [0], gets: true }],
  ["container/list.List.InsertAfter", { puts: [0], gets: true }],
  ["container/list.List.Front", { puts: [], gets: true }],
  ["container/list.List.Back", { puts: [], gets: true }],
  ["container/list.List.Remove", { puts: [], gets: true }],
  ["container/ring.Ring.Next", { puts: [], gets: true }],
]);

/** How a method keeps values in its receiver; null when it is not known to. */
export function keepRule(name: string): KeepRule | null {
  return keeping.get(name) ?? null;
}

/** Methods that call a function with what their receiver keeps; the parameter that gets it. */
const visiting = new Map([["sync.Map.Range", 1]]);

/** The parameter of a callback that gets what the receiver keeps; null when none does. */
export function visitedParameter(name: string): number | null {
  return visiting.get(name) ?? null;
}

/** Functions whose result is, or leads to, what they were given. */
const passing = new Set([
  "reflect.ValueOf",
  "reflect.Indirect",
  "reflect.Value.Elem",
  "reflect.Value.Interface",
  "reflect.Value.MapRange",
  "reflect.Value.Addr",
  "reflect.Value.Convert",
  "slices.Clone",
  "slices.Clip",
  "slices.Grow",
  "slices.Insert",
  "slices.Delete",
  "golang.org/x/exp/slices.Clone",
  "context.WithCancel",
  "context.WithTimeout",
  "context.WithDeadline",
  "context.WithoutCancel",
]);

/** Whether the (first) result of a function is what its receiver or first argument is. */
export function passesThrough(name: string): boolean {
  return passing.has(name);
}

/** The method of sync.Once, which runs its function once and lets everybody else wait for that. */
export const onceMethod = "sync.Once.Do";

/** What a method makes its caller wait for. */
export function waitsForReceiver(name: string): boolean {
  return (
    name === "sync.WaitGroup.Wait" || (!isStandard(name) && /\.(?:Wait|StopAndWait|StopWait)$/.test(name))
  );
}

/** Functions that only look at what they are given while they run, and do not keep it. */
const looking =
  /^(?:fmt|log|log\/slog|maps|slices|sort|strings|bytes|strconv|errors|reflect|testing|encoding\/\w+|html\/template|text\/template|os|io|unicode\/utf8|path|path\/filepath|time|math|math\/\w+|golang\.org\/x\/exp\/(?:maps|slices))\./;

/** Whether a function outside the source keeps nothing of what it is given. */
export function keepsNothing(name: string): boolean {
  const known = looks.get(name);
  if (known !== undefined) {
    return known;
  }
  const answer = looking.test(name);
  remember(looks, name, answer);
  return answer;
}
