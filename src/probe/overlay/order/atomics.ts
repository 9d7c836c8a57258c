/**
 * Atomic operations as order events.
 *
 * What is done to package sync/atomic, and how what is done is seen by the callers:
 *
 * - The **methods** of its types are inlined into every package. Each gets a look at the probe's switch, and with the probe on
 *   goes to package runtime. So they are seen wherever they stand, whatever flags the package is compiled with.
 * - The **plain functions** have no body: the compiler puts the operation in the place of the call, unless it is told not to
 *   (`-d=ssa/intrinsics/off`). Their bodies for all other cases, jumps in assembly, are taken away; package
 *   runtime defines them, as it has always done for stores, swaps and compare-and-swaps of pointers. Those three are
 *   never put in place by the compiler, and are seen everywhere.
 * - **Value** works with pointers: its loads become the told ones, its other operations are.
 * - **Once** and **Map** are told by their atomic operations, which are methods of types in newer versions.
 *
 * Nothing of this changes what escapes: the declarations that the compiler reads stay as they are.
 */
import { AnchorError, type Context } from "../anchors.js";
import type { Edit, FileChange } from "../changes.js";
import type { Piece } from "../pieces.js";

/** The types of numbers: the name in functions' names and of the type with methods. */
const numbers = ["Int32", "Uint32", "Int64", "Uint64", "Uintptr"];

/** The operations on numbers, as functions' names begin and as methods are called. */
function operationsOf(minor: number): string[] {
  return ["Load", "Store", "Swap", "CompareAndSwap", "Add", ...(minor < 23 ? [] : ["And", "Or"])];
}

/** All plain functions that sync/atomic's assembly defines. */
export function plainFunctions(minor: number): string[] {
  return [
    ...operationsOf(minor).flatMap((operation) => numbers.map((type) => operation + type)),
    "LoadPointer",
  ];
}

/** Takes a plain function out of the assembly; its two lines stay empty. */
function withoutText(name: string): Edit {
  return {
    anchor: `TEXT ·${name}`,
    find: new RegExp(`^TEXT ·${name}\\(SB\\),NOSPLIT,\\$0\\n\\tJMP\\t\\S+\\(SB\\)$`, "m"),
    replace: () => "\n",
  };
}

/** A method of a type: it calls one plain function. */
interface Method {
  readonly type: string;
  readonly method: string;
  /** The plain function. */
  readonly call: string;
  /** Go statement instead of it, with the probe on; when not given: the plain function's counterpart with the same arguments. */
  readonly told?: string;
}

/** Gives a method the look at the switch. */
function hookedMethod({ type, method, call, told }: Method): Edit {
  return {
    anchor: `func (*${type}).${method}`,
    find: new RegExp(
      `^(func \\(x \\*${type}\\) ${method}\\(.*\\{\\s+)(.*\\b${call}\\(&x\\.v.*\\)(?: != 0)?)(\\s\\})$`,
      "m",
    ),
    replace: ([, begin = "", plain = "", end = ""]) => {
      const statement = told ?? plain.replace(`${call}(`, `maptrapOrder${call}(`);
      const last = statement.startsWith("return ") ? "" : "; return";
      return `${begin}if maptrapOrdering != 0 { ${statement}${last} }; ${plain}${end}`;
    },
  };
}

/** Where a method turns booleans into numbers, that is done elsewhere with the probe on, or the method would be too long to be inlined. */
const methodsOfBool: readonly Method[] = [
  { type: "Bool", method: "Load", call: "LoadUint32" },
  { type: "Bool", method: "Store", call: "StoreUint32", told: "maptrapOrderStoreBool(&x.v, val)" },
  { type: "Bool", method: "Swap", call: "SwapUint32", told: "return maptrapOrderSwapBool(&x.v, new)" },
  {
    type: "Bool",
    method: "CompareAndSwap",
    call: "CompareAndSwapUint32",
    told: "return maptrapOrderCompareAndSwapBool(&x.v, old, new)",
  },
];

function methods(minor: number): Edit[] {
  const ofNumbers = numbers.flatMap((type) =>
    operationsOf(minor).map((method) => ({ type, method, call: method + type })),
  );
  const ofPointer = { type: "Pointer\\[T\\]", method: "Load", call: "LoadPointer" };
  return [...ofNumbers, ...methodsOfBool, ofPointer].map(hookedMethod);
}

/** Value loads its type and its data with a plain function. */
const valueLoads: Edit = {
  anchor: "func (*Value).Load",
  find: /^type Value struct \{[\s\S]*$/m,
  replace: ([text], context) => replaceEach(text, /\bLoadPointer\(&/g, "maptrapLoadPointer(&", context),
};

/** Replaces all occurrences of something that must be there. */
function replaceEach(text: string, find: RegExp, by: string, context: Context): string {
  if (text.search(find) === -1) {
    throw new AnchorError(context.file, find.source, context.goVersion, 0);
  }
  return text.replace(find, by);
}

/** Once: up to Go 1.21 a number on which plain functions work, inside package sync, where they are not told. */
const onceFile: FileChange = {
  file: "sync/once.go",
  hooks: [],
  edits: [
    {
      anchor: "the field done of Once",
      find: /^\tdone uint32$/m,
      replace: () => "\tdone atomic.Uint32",
    },
    {
      anchor: "the load in func Do of Once",
      find: /^\tif atomic\.LoadUint32\(&o\.done\) == 0 \{$/m,
      replace: () => "\tif o.done.Load() == 0 {",
    },
    {
      anchor: "the second look in func doSlow of Once",
      find: /^\tif o\.done == 0 \{\n\t\tdefer atomic\.StoreUint32\(&o\.done, 1\)$/m,
      replace: () => "\tif o.done.Load() == 0 {\n\t\tdefer o.done.Store(1)",
    },
  ],
};

/** Map: up to Go 1.20 its entries are plain pointers; what is not a load is told anyway. */
const mapFile: FileChange = {
  file: "sync/map.go",
  hooks: [],
  edits: [
    {
      anchor: "type entry and what follows",
      find: /^type entry struct \{[\s\S]*$/m,
      replace: ([text], context) =>
        replaceEach(
          text,
          /\batomic\.LoadPointer\((&e\.p)\)/g,
          "unsafe.Pointer((*atomic.Pointer[byte])(unsafe.Pointer($1)).Load())",
          context,
        ),
    },
  ],
};

/**
 * Packages whose plain atomics are calls get the square root by a call too: to the function that computes it bit by bit. Package math itself
 * is compiled as ever, and can take the processor's.
 */
const squareRoot: FileChange = {
  file: "math/sqrt.go",
  hooks: [],
  edits: [
    {
      anchor: "func sqrt",
      find: /^func sqrt\(x float64\) float64 \{$/m,
      replace: ([text]) =>
        `${text} if maptrapSqrtTrying { return 0 }; if maptrapSqrtTaken { return sqrt(x) }`,
    },
  ],
};

/** Written for the compiler's own operation in its place; called, it panics. */
const booleanToNumber: FileChange = {
  file: "crypto/internal/constanttime/constant_time.go",
  hooks: [],
  edits: [
    {
      anchor: "func boolToUint8",
      find: /^func boolToUint8\(b bool\) uint8 \{\n\tpanic\(".*"\)$/m,
      replace: () => "func boolToUint8(b bool) uint8 {\n\tif b { return 1 }; return 0",
    },
  ],
};

/**
 * The changes by which atomic operations are told.
 * @param minor the NN of Go 1.NN
 */
export function atomicChanges(minor: number): FileChange[] {
  return [
    { file: "sync/atomic/asm.s", hooks: [], edits: plainFunctions(minor).map(withoutText) },
    { file: "sync/atomic/type.go", hooks: [], edits: methods(minor) },
    { file: "sync/atomic/value.go", hooks: [], edits: [valueLoads] },
    { file: "runtime/race0.go", hooks: [], edits: [atomicImport(minor)] },
    squareRoot,
    ...(minor < 26 ? [] : [booleanToNumber]),
    ...(minor < 22 ? [onceFile] : []),
    ...(minor < 21 ? [mapFile] : []),
  ];
}

/** What a build without the race detector has of runtime's race functions: there the plain functions are defined. */
function atomicImport(minor: number): Edit {
  const path = minor < 23 ? "runtime/internal/atomic" : "internal/runtime/atomic";
  return {
    anchor: "the import of unsafe",
    find: /^import \(\n\t"unsafe"\n\)$/m,
    replace: () => `import "unsafe"\nimport "${path}"\n`,
  };
}

/**
 * The probe's files for it.
 * @param minor the NN of Go 1.NN
 */
export function atomicPieces(minor: number): Piece[] {
  const pieces: Piece[] = [
    { file: "runtime/order_atomics.go", into: "runtime/proc.go" },
    { file: `runtime/order_counters_go${minor < 21 ? "119" : "121"}.go`, into: "runtime/proc.go" },
    { file: "runtime/order_plain_atomics.go", into: "runtime/race0.go" },
    { file: "sync/atomic.go", into: "sync/atomic/type.go" },
    { file: "math/sqrt.go", into: "math/sqrt.go" },
  ];
  if (minor >= 23) {
    pieces.push(
      { file: "runtime/order_bitwise_go123.go", into: "runtime/proc.go" },
      { file: "runtime/order_plain_bitwise_go123.go", into: "runtime/race0.go" },
      { file: "sync/bitwise_go123.go", into: "sync/atomic/type.go" },
    );
  }
  if (minor >= 26) {
    const names = minor === 26 ? ["bodies_go126", "bodies_only_go126"] : ["bodies_go126"];
    pieces.push(...names.map((name) => ({ file: `sync/${name}.go`, into: "sync/atomic/type.go" })));
  }
  return pieces;
}
