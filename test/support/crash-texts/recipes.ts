/** How the texts of test/fixtures/crash-texts/others are made: which program, how it is built, how it is run. */
import type { RecordedVersion } from "./old-go.js";

/** One text on several Go versions. */
export interface Recipe {
  readonly name: string;
  readonly about: string;
  /** A folder in test/fixtures/crash-texts/programs, or below test/fixtures. */
  readonly program: string;
  readonly versions: readonly RecordedVersion[];
  readonly args?: readonly string[];
  /** Set when it runs. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Set when it is built. */
  readonly buildEnvironment?: Readonly<Record<string, string>>;
  readonly buildFlags?: readonly string[];
  /** The version in its go.mod instead of the one that is there. */
  readonly goMod?: string;
  /** A test: the name of the function to run, by `go test`, or with `binary` by the test binary alone. */
  readonly test?: { readonly run: string; readonly verbose?: boolean };
  /** How far the runtime counts with a map marked; 0 when there is no conflict to be met. */
  readonly window: number;
  /** Operations of the sites that can notice; empty when it ends otherwise. */
  readonly sites: Readonly<Record<string, string>>;
  /** The text is the file that the first argument names, `{file}`; else what it says on both outputs. */
  readonly fromFile?: boolean;
  /** Send SIGQUIT when it has said "ready". */
  readonly quit?: boolean;
  /** Whether a text is one of those that are wanted; any when absent. */
  readonly accept?: (text: string, version: RecordedVersion) => boolean;
}

const four = ["1.19", "1.23", "1.24", "1.27"] as const;
const five = ["1.15", ...four] as const;

const headlines = (text: string): number => text.match(/^fatal error: /gm)?.length ?? 0;

const twoWriters: readonly Recipe[] = [
  {
    name: "two-writers",
    about: "Two writers that both notice: two headlines up to Go 1.23, one stuck from 1.24 on.",
    program: "two-writers",
    // Two headlines of Go 1.23 are among the examples.
    versions: ["1.15", "1.19", "1.24", "1.27"],
    environment: { GOTRACEBACK: "all" },
    window: 2000,
    sites: { A: "assign" },
    accept: (text, version) => headlines(text) === (Number(version.slice(2)) < 24 ? 2 : 1),
  },
  ...["none", "single", "0", "1", "2", "system"].map((level): Recipe => ({
    name: `traceback-${level}`,
    about: `GOTRACEBACK=${level}.`,
    program: "two-writers",
    versions: five,
    environment: { GOTRACEBACK: level },
    window: 20_000,
    sites: { A: "assign" },
  })),
  {
    name: "go386",
    about: "A program for 32-bit x86.",
    program: "two-writers",
    versions: ["1.15", "1.19", "1.23", "1.24", "1.27"],
    buildEnvironment: { GOARCH: "386" },
    environment: { GOTRACEBACK: "system" },
    window: 20_000,
    sites: { A: "assign" },
  },
];

const crashOutput = (["read", "write", "iterate"] as const).flatMap((work): Recipe[] =>
  (["unset", "system"] as const).map((level) => ({
    name: `crash-output-${work}-${level}`,
    about: `What debug.SetCrashOutput gets: no headline. The other side does: ${work}. GOTRACEBACK: ${level}.`,
    program: "crash-output",
    versions: ["1.23", "1.24", "1.25", "1.26", "1.27"],
    args: ["{file}", work],
    environment: level === "unset" ? {} : { GOTRACEBACK: level },
    window: 20_000,
    sites: { A: "assign", B: "read", C: "iterate" },
    fromFile: true,
    accept: (text) =>
      work === "write" ||
      text.includes(work === "read" ? "main.get(" : "main.names(") ||
      text.includes("main.main.func"),
  })),
);

const panics = (
  [
    ["nil-map", "A write into a nil map: a panic and not the fatal error."],
    ["nested", "A panic in a deferred call while another one is under way, and one recovered."],
    ["repanic", "A recovered value that is thrown again."],
    ["goroutine", "An index out of range in a goroutine."],
    ["error", "An error with two lines as the value of a panic."],
    ["value", "A number of a named type as the value of a panic."],
    ["deadlock", "All goroutines are asleep."],
    ["deep", "A nil pointer below 300 calls: frames are left out."],
    ["stack-overflow", "A recursion without an end: runtime stack, registers of the limit, frames left out."],
    ["unlock", "sync: unlock of unlocked mutex, a fatal error of another kind."],
  ] as const
).map(([name, about]): Recipe => ({
  name: `panic-${name}`,
  about,
  program: "panics",
  versions: five,
  args: [name],
  window: 0,
  sites: {},
}));

const waiting: readonly Recipe[] = [
  {
    name: "sigquit",
    about: "SIGQUIT to a program whose goroutines wait in many ways.",
    program: "waiting",
    versions: five,
    window: 0,
    sites: {},
    quit: true,
  },
  {
    name: "sigquit-crash",
    about: "The same with GOTRACEBACK=crash: every thread is asked for its stack.",
    program: "waiting",
    versions: five,
    environment: { GOTRACEBACK: "crash" },
    window: 0,
    sites: {},
    quit: true,
  },
  {
    name: "waiting",
    about: "A conflict below many calls, among goroutines that wait in many ways.",
    program: "waiting",
    versions: five,
    args: ["conflict"],
    environment: { GOTRACEBACK: "all" },
    window: 2000,
    sites: { A: "assign" },
    accept: (text) => /\.\.\.(\d+|additional) frames elided/.test(text),
  },
  {
    name: "waiting-system",
    about: "The same with GOTRACEBACK=system.",
    program: "waiting",
    versions: five,
    args: ["conflict"],
    environment: { GOTRACEBACK: "system" },
    window: 2000,
    sites: { A: "assign" },
  },
  {
    name: "dontfreezetheworld",
    about: "GODEBUG=dontfreezetheworld=1: the others run on.",
    program: "waiting",
    versions: ["1.23", "1.24", "1.27"],
    args: ["conflict"],
    environment: { GOTRACEBACK: "all", GODEBUG: "dontfreezetheworld=1" },
    window: 2000,
    sites: { A: "assign" },
  },
  {
    name: "ancestors",
    about: "GODEBUG=tracebackancestors=3: the stacks that started a goroutine.",
    program: "ancestors",
    versions: five,
    environment: { GOTRACEBACK: "all", GODEBUG: "tracebackancestors=3" },
    window: 20_000,
    sites: { A: "assign" },
    accept: (text) => text.includes("[originating from goroutine "),
  },
];

const shapes = (
  [
    ["generic", "a method of a generic type"],
    ["method-value", "a method value"],
    ["promoted", "a method that is reached through an interface and an embedded pointer"],
    ["instance", "a generic function"],
    ["callback", "a callback of sort.Sort"],
    ["mapping", "a callback of strings.Map"],
    ["formatted", "fmt, which calls String, which calls fmt"],
    ["deferred", "a deferred call in a deferred function"],
    ["array", "a function with arguments of many kinds"],
  ] as const
).map(([name, about]): Recipe => ({
  name: `shape-${name}`,
  about: `The map is read by ${about}.`,
  program: "shapes",
  versions: four,
  args: [name],
  environment: { GOTRACEBACK: "all" },
  window: 20_000,
  sites: { A: "assign", B: "read", C: "iterate", D: "iterate" },
}));

const rest: readonly Recipe[] = [
  {
    name: "labels",
    about: "Goroutines with pprof labels in their headers: go.mod says Go 1.27.",
    program: "labels",
    versions: ["1.27"],
    environment: { GOTRACEBACK: "all" },
    window: 20_000,
    sites: { A: "assign" },
  },
  {
    name: "labels-debug",
    about: "The same with GODEBUG=tracebacklabels=1 and an older go.mod.",
    program: "labels",
    goMod: "1.26",
    versions: ["1.26", "1.27"],
    environment: { GOTRACEBACK: "system", GODEBUG: "tracebacklabels=1" },
    window: 20_000,
    sites: { A: "assign" },
  },
  {
    name: "bubble",
    about: "A conflict in a synctest bubble.",
    program: "bubble",
    versions: ["1.25", "1.26", "1.27"],
    test: { run: "TestFill" },
    environment: { GOTRACEBACK: "all" },
    window: 20_000,
    sites: { A: "assign" },
  },
  {
    name: "bubble-deadlock",
    about: "A deadlock in a synctest bubble: a panic.",
    program: "bubble",
    versions: ["1.25", "1.26", "1.27"],
    test: { run: "TestDeadlock" },
    window: 0,
    sites: {},
  },
  {
    name: "leak",
    about: "The profile of leaked goroutines.",
    program: "leak",
    versions: ["1.27"],
    window: 0,
    sites: {},
  },
  {
    name: "leak-experiment",
    about: "The profile of leaked goroutines as an experiment of Go 1.26.",
    program: "leak",
    versions: ["1.26"],
    buildEnvironment: { GOEXPERIMENT: "goroutineleakprofile" },
    window: 0,
    sites: {},
  },
  {
    name: "vendored",
    about: "The map is in a vendored module.",
    program: "vendored",
    versions: five,
    environment: { GOTRACEBACK: "all" },
    window: 20_000,
    sites: { A: "assign", B: "read" },
  },
  {
    name: "vendored-trimpath",
    about: "The map is in a vendored module; built with -trimpath.",
    program: "vendored",
    versions: four,
    buildFlags: ["-trimpath"],
    environment: { GOTRACEBACK: "all" },
    window: 20_000,
    sites: { A: "assign", B: "read" },
  },
  {
    name: "c-callback",
    about: "The map is used in Go functions that C code calls.",
    program: "../../programs/c-callback",
    versions: four,
    buildEnvironment: { CGO_ENABLED: "1" },
    environment: { GOTRACEBACK: "system" },
    window: 400_000,
    sites: { sell: "assign", show: "read" },
  },
  {
    name: "logging",
    about: "A service that logs while it crashes.",
    program: "logging",
    versions: five,
    window: 100_000,
    sites: { A: "assign", B: "read" },
  },
  {
    name: "verbose-test",
    about: "go test -v of parallel tests that say a lot.",
    program: "verbose-test",
    versions: five,
    test: { run: ".", verbose: true },
    window: 100_000,
    sites: { A: "assign", B: "read" },
  },
];

/** All of them. */
export const recipes: readonly Recipe[] = [
  ...twoWriters,
  ...crashOutput,
  ...panics,
  ...waiting,
  ...shapes,
  ...rest,
];
