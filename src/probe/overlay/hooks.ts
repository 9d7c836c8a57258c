/**
 * Where the runtime's map functions are, by Go version, and what is put into them.
 *
 * Found by reading the files named here in Go 1.19, 1.21 to 1.27 (which functions carry a race annotation, and which
 * ones call another hooked one), and checked by building and running on all eight.
 */
import { changing, type Edit, type FileChange, type Hook, type Mark } from "./changes.js";
import { collectorChanges } from "./collector-hooks.js";
import { growthChanges } from "./growth-hooks.js";
import { mergeChanges } from "./merge.js";

const keyKinds = ["fast32", "fast64", "faststr"] as const;

function fastHooks(prefix: string, kind: (typeof keyKinds)[number]): Hook[] {
  const hooks: Hook[] = [
    { func: `${prefix}mapaccess1_${kind}`, operation: "read" },
    { func: `${prefix}mapaccess2_${kind}`, operation: "read" },
    { func: `${prefix}mapassign_${kind}`, operation: "assign" },
    { func: `${prefix}mapdelete_${kind}`, operation: "delete" },
  ];
  if (kind !== "faststr") {
    hooks.push({ func: `${prefix}mapassign_${kind}ptr`, operation: "assign" });
  }
  return hooks;
}

/** The hooks of functions that change a map, as places where they mark it. */
function marksOf(hooks: readonly Hook[]): Mark[] {
  return hooks
    .filter(({ operation }) => changing.has(operation))
    .map(({ func, operation }) => ({ func, operation, direct: true }));
}

/** maps.Clone reaches the runtime as an `any`. */
const cloneEdit: Edit = {
  anchor: "func mapclone",
  find: /^func mapclone\(m any\) any \{$/m,
  replace: (match) => `${match[0]} if maptrapOn != 0 { maptrapCloned(efaceOf(&m), CALLERPC()) }`,
};

const makers = ["makemap_small", "makemap"] as const;

const lengthHooks: readonly Hook[] = [
  { func: "reflect_maplen", operation: "length", type: "nil" },
  { func: "reflectlite_maplen", operation: "length", type: "nil" },
];

/** Maps in package runtime: up to Go 1.23, and in 1.24 and 1.25 for GOEXPERIMENT=noswissmap. */
function classicFiles(suffix: string, minor: number): FileChange[] {
  const generic: Hook[] = [
    { func: "mapaccess1", operation: "read" },
    { func: "mapaccess2", operation: "read" },
    { func: "mapassign", operation: "assign" },
    { func: "mapdelete", operation: "delete" },
    { func: "mapiterinit", operation: "iterate" },
    // mapiterinit ends in a call of mapiternext; the key is nil only in that one.
    {
      func: "mapiternext",
      operation: "iterateNext",
      map: "it.h",
      type: "it.t",
      when: "it.key != nil && it.h != nil",
      due: "it.i&3 == 0",
    },
    { func: "mapclear", operation: "clear" },
    ...lengthHooks,
  ];
  return [
    {
      file: `runtime/map${suffix}.go`,
      hooks: generic,
      edits: minor >= 21 ? [cloneEdit] : [],
      makers,
      marks: marksOf(generic),
      reseeders: ["mapdelete", "mapclear"],
      checks: true,
    },
    ...keyKinds.map((kind): FileChange => {
      const hooks = fastHooks("", kind);
      const file = `runtime/map_${kind}${suffix}.go`;
      const reseeders = [`mapdelete_${kind}`];
      return { file, hooks, edits: [], marks: marksOf(hooks), reseeders, checks: true };
    }),
  ];
}

function methodOfMap(name: string): string {
  return `\\(m \\*Map\\) ${name}`;
}

/** Maps in internal/runtime/maps: Go 1.24 and newer. */
function swissFiles(minor: number): FileChange[] {
  const suffix = minor < 26 ? "_swiss" : "";
  return [...swissAccess(minor, suffix), ...swissMap, ...swissRuntime(minor, suffix)];
}

/** Reads and assignments, by kind of key. */
function swissAccess(minor: number, suffix: string): FileChange[] {
  // Go 1.27: mapaccess1 calls mapaccess2, whose caller is then mapaccess1 for every program.
  const wrapped = minor >= 27;
  const copies = (kind: string) =>
    wrapped ? { copies: [{ of: `runtime_mapaccess2${kind}`, for: `runtime_mapaccess1${kind}` }] } : {};
  const generic: Hook[] = [
    { func: "runtime_mapaccess1", operation: "read" },
    { func: "runtime_mapaccess2", operation: "read" },
    { func: "runtime_mapassign", operation: "assign" },
  ];
  return [
    {
      file: `internal/runtime/maps/runtime${suffix}.go`,
      hooks: generic,
      edits: [],
      marks: marksOf(generic),
      checks: true,
      ...copies(""),
    },
    ...keyKinds.map((kind): FileChange => {
      const hooks = fastHooks("runtime_", kind).map((hook) =>
        hook.operation === "delete" ? { ...hook, from: true as const } : hook,
      );
      // The functions that delete call the method Delete, which marks the map.
      const marks = marksOf(hooks).filter(({ operation }) => operation === "assign");
      const file = `internal/runtime/maps/runtime_${kind}${suffix}.go`;
      return { file, hooks, edits: [], marks, checks: true, ...copies(`_${kind}`) };
    }),
  ];
}

/** What all the runtime's functions end in. */
const swissMap: readonly FileChange[] = [
  {
    file: "internal/runtime/maps/map.go",
    hooks: [],
    edits: [],
    marks: [
      { func: methodOfMap("Delete"), operation: "delete", direct: false },
      { func: methodOfMap("Clear"), operation: "clear", direct: false },
    ],
    reseeders: [methodOfMap("Delete"), methodOfMap("Clear")],
    checks: true,
  },
  { file: "internal/runtime/maps/table.go", hooks: [], edits: [], checks: true },
];

/** A step of an iteration. Package reflect has iteration functions of its own. */
function swissStep(func: string, iterator: string): Hook {
  const method = (name: string) => `${iterator}.${name}()`;
  return {
    func,
    operation: "iterateNext",
    map: method("Map"),
    type: method("MaptrapType"),
    due: method("MaptrapDue"),
  };
}

function swissRuntime(minor: number, suffix: string): FileChange[] {
  return [
    {
      file: `runtime/map${suffix}.go`,
      hooks: [
        { func: "mapdelete", operation: "delete", from: true },
        { func: "mapIterStart", operation: "iterate" },
        swissStep("mapIterNext", "it"),
        { func: "mapclear", operation: "clear", from: true },
        ...lengthHooks,
      ],
      edits: [cloneEdit],
      makers,
    },
    {
      file: minor < 26 ? "runtime/linkname_swiss.go" : "runtime/linkname_shim.go",
      hooks: [{ func: "mapiterinit", operation: "iterate" }, swissStep("mapiternext", "it.it")],
      edits: [],
    },
    {
      file: `reflect/map${suffix}.go`,
      hooks: [{ func: "mapIterStart", operation: "iterate" }, swissStep("mapIterNext", "it")],
      edits: [],
    },
  ];
}

/** Starting the probe, go statements, and holding back the end of the program: runtime/proc.go in all versions. */
function processEdits(minor: number): Edit[] {
  const edits: Edit[] = [
    {
      anchor: "the call of goenvs in schedinit",
      find: /^\tgoenvs\(\)$/m,
      replace: (match) => `${match[0]}; maptrapInit()`,
    },
    {
      anchor: "the call of main_main in main",
      find: /^\tfn := main_main\b.*\n\tfn\(\)$/m,
      replace: (match) => `${match[0]}; maptrapExit(0)`,
    },
    {
      anchor: "func newproc",
      find: /^func newproc\(fn \*funcval\) \{$/m,
      replace: (match) => `${match[0]} if maptrapOn == 1 { maptrapSpawned(CALLERPC()) }`,
    },
  ];
  return minor < 21 ? edits : [...edits, exitEdit("os_beforeExit", "exitCode")];
}

/** Where os.Exit comes by, with the status. */
function exitEdit(func: string, status: string): Edit {
  return {
    anchor: `func ${func}`,
    find: new RegExp(`^func ${func}\\(${status} int\\) \\{$`, "m"),
    replace: (match) => `${match[0]} maptrapExit(int32(${status}))`,
  };
}

/** Up to Go 1.20 os.Exit calls os_beforeExit with status 0 only. */
const exitFile: FileChange = {
  file: "runtime/runtime.go",
  hooks: [],
  edits: [exitEdit("syscall_Exit", "code")],
};

/**
 * The ends of a program by a fatal error and by a panic: what is not printed yet follows Go's own text. On the system
 * stack, because the goroutine's must not grow while the runtime may be in a bad state.
 */
const lastWords: FileChange = {
  file: "runtime/panic.go",
  hooks: [],
  edits: [],
  before: ["fatalthrow", "fatalpanic"].flatMap((func) =>
    ["crash()", "exit(2)"].map((call) => ({ func, call, statement: "systemstack(maptrapFlush)" })),
  ),
};

/** An event file that is cut short while it is mapped brings SIGBUS at the next record. */
const busFile: FileChange = {
  file: "runtime/signal_unix.go",
  hooks: [],
  edits: [
    {
      anchor: "func sighandler",
      find: /^func sighandler\(sig uint32, info \*siginfo, ctxt unsafe\.Pointer, gp \*g\) \{$/m,
      replace: (match) =>
        `${match[0]} if sig == _SIGBUS && maptrapOn != 0 && maptrapBus(info, ctxt) { return }`,
    },
  ],
};

/**
 * All changes to the standard library of one Go version.
 * @param minor the NN of Go 1.NN
 */
export function changesFor(minor: number): FileChange[] {
  const changes: FileChange[] = [
    { file: "runtime/proc.go", hooks: [], edits: processEdits(minor) },
    lastWords,
    busFile,
  ];
  if (minor < 21) {
    changes.push(exitFile);
  }
  if (minor < 24) {
    changes.push(...classicFiles("", minor));
  }
  if (minor === 24 || minor === 25) {
    changes.push(...classicFiles("_noswiss", minor));
  }
  if (minor >= 24) {
    changes.push(...swissFiles(minor));
  }
  return mergeChanges([...changes, ...growthChanges(minor), ...collectorChanges(minor)]);
}
