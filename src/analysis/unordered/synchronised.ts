/**
 * What a goroutine synchronised with, told from the functions at the top of its stack:
 *
 *     sync.(*Mutex).lockSlow        inside
 *     sync.(*Mutex).Lock            what was called: Mutex.Lock
 *     example.com/shop.(*Cache).Get from where
 *
 * The function that the program called is the outermost one of those that belong to what synchronises. Where another package of
 * the standard library called it, that is said too: `channel close in context`.
 */
import type { CaseFrame, SynchronisedOn } from "../../case/case.js";
import { isRuntimeCode, isStandardCode, packageOf } from "../../golang/standard-library.js";

/** What was called, and from where. */
export interface SynchronisingCall {
  readonly on: SynchronisedOn;
  /** `Mutex.Lock`, `channel receive`; "?" where the stack does not tell. */
  readonly how: string;
  /** The frames below what was called, innermost first. */
  readonly from: readonly CaseFrame[];
}

/** Reads the top of a stack. */
export function synchronisingCall(stack: readonly CaseFrame[]): SynchronisingCall {
  const outside = stack.findIndex((frame) => !isSynchronising(frame));
  const from = outside === -1 ? [] : stack.slice(outside);
  const inside = stack.slice(0, Math.max(0, outside));
  if (outside === -1) {
    // The runtime did it for itself, in a function that nobody knows by name.
    const words = stack.map((frame) => wordsFor(frame.function)).findLast(({ on }) => on !== "other");
    return words === undefined
      ? { ...ownWork(stack), from }
      : { on: words.on, how: `${words.how} in runtime`, from };
  }
  // The probe's own functions may stand among those that it was put into.
  const called = inside.findLast((frame) => !/maptrap/i.test(frame.function));
  const { on, how } = called === undefined ? unknown : wordsFor(called.function);
  const [caller] = from;
  const library =
    caller !== undefined && isStandardCode(caller, null) ? packageOf(caller.function) : undefined;
  return { on, how: library === undefined ? how : `${how} in ${library}`, from };
}

const unknown = { on: "other", how: "?" } as const;

/** Packages whose functions only carry out what others called them for. */
const synchronisingPackages: ReadonlySet<string> = new Set([
  "internal/poll",
  "internal/race",
  "internal/sync",
  "internal/synctest",
  "sync",
  "sync/atomic",
  "syscall",
]);

function isSynchronising(frame: CaseFrame): boolean {
  return isRuntimeCode(frame) || synchronisingPackages.has(packageOf(frame.function));
}

/** What the runtime did, by the outermost of its functions that tells something. */
function ownWork(stack: readonly CaseFrame[]): Omit<SynchronisingCall, "from"> {
  const named = stack.findLast(
    ({ function: name }) => name !== "?" && !/^runtime\.(?:goexit|main|mstart|rt0_go)\b/.test(name),
  );
  return named === undefined ? unknown : wordsFor(named.function);
}

/** Functions of the runtime, as the compiler calls them. */
const runtimeCalls: readonly (readonly [RegExp, SynchronisedOn, string])[] = [
  [/^(?:runtime|reflect|internal\/reflectlite)\.(?:chansend\w*|selectnbsend)$/, "channel", "channel send"],
  [
    /^(?:runtime|reflect|internal\/reflectlite)\.(?:chanrecv\w*|selectnbrecv2?)$/,
    "channel",
    "channel receive",
  ],
  [/^(?:runtime\.closechan|reflect\.chanclose)$/, "channel", "channel close"],
  [/^(?:runtime\.selectgo|reflect\.rselect)$/, "select", "select"],
  [/^runtime\.(?:newproc\w*|go)$/, "go", "go statement"],
  [/^runtime\..*[tT]imer/, "timer", "timer"],
  [
    /^time\.(?:Sleep|startTimer|newTimer|stopTimer|resetTimer|\(\*Timer\)\.\w+|\(\*Ticker\)\.\w+)$/,
    "timer",
    "timer",
  ],
  [/^runtime\.(?:runfinq|runFinalizers|.*[cC]leanups?)\b/, "other", "finalizer or cleanup"],
];

/** Types of package sync, and what they are to us. */
const syncTypes: Readonly<Record<string, SynchronisedOn>> = {
  Mutex: "mutex",
  RWMutex: "rwmutex",
  rlocker: "rwmutex",
  WaitGroup: "wait-group",
  Once: "once",
  Cond: "cond",
  Pool: "pool",
  Map: "sync-map",
  HashTrieMap: "sync-map",
};

/** Methods that Go 1.19 to 1.27 call inside of the one that the program called, when that was inlined away. */
const innerMethods: Readonly<Record<string, string>> = {
  lockSlow: "Lock",
  unlockSlow: "Unlock",
  rUnlockSlow: "RUnlock",
  doSlow: "Do",
};

function wordsFor(name: string): { readonly on: SynchronisedOn; readonly how: string } {
  const runtime = runtimeCalls.find(([pattern]) => pattern.test(name));
  if (runtime !== undefined) {
    return { on: runtime[1], how: runtime[2] };
  }
  const short = withoutTypeArguments(name);
  const method = /^((?:internal\/)?sync)\.\(\*(\w+)\)\.(\w+)/.exec(short);
  if (method !== null) {
    const [, , type = "", called = ""] = method;
    const on = syncTypes[type];
    const typeName = type === "rlocker" ? "RWMutex" : type === "HashTrieMap" ? "sync.Map" : type;
    const methodName = type === "rlocker" ? `R${called}` : (innerMethods[called] ?? called);
    return { on: on ?? "other", how: `${typeName === "Map" ? "sync.Map" : typeName}.${methodName}` };
  }
  if (/^sync\.Once(?:Func|Values?)\b/.test(short)) {
    return { on: "once", how: short.replace(/\.func\d.*$/, "") };
  }
  const atomic =
    /^(?:sync\/atomic|internal\/runtime\/atomic|runtime\/internal\/atomic)\.(?:\(\*(\w+)\)\.)?(\w+)/.exec(
      short,
    );
  if (atomic !== null) {
    const [, type, called = ""] = atomic;
    return { on: "atomic", how: type === undefined ? `atomic.${called}` : `atomic.${type}.${called}` };
  }
  const on = /^(?:internal\/poll|syscall|os)\./.test(short) ? "file" : "other";
  return { on, how: short.replace(/^(?:.*\/)?(?=[^/]*$)/, "").replace(/\(\*(\w+)\)/, "$1") };
}

/** `sync/atomic.(*Pointer[go.shape.string]).Load` without what stands in brackets. */
function withoutTypeArguments(name: string): string {
  let depth = 0;
  let short = "";
  for (const character of name) {
    depth += character === "[" ? 1 : 0;
    short += depth === 0 ? character : "";
    depth -= character === "]" && depth > 0 ? 1 : 0;
  }
  return short;
}
