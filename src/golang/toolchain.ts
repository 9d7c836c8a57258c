/**
 * A toolchain is one Go installation as it behaves in one directory: `go env` there decides which version is used (a
 * `toolchain` line in go.mod switches it), for which target it builds, and which flags the user has set.
 */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";
import { MaptrapError } from "../base/errors.js";
import { ProcessStartError, runProcess } from "../base/processes.js";

/** What `go env` says in the directory of the target program. */
export interface Toolchain {
  /** Absolute path of the go command. */
  readonly goCommand: string;
  /** GOROOT of the version that counts in that directory. */
  readonly goroot: string;
  /** Version without experiments, for example `go1.27.3`. */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  /** Target operating system. */
  readonly goos: string;
  /** Target architecture. */
  readonly goarch: string;
  /** GOEXPERIMENT as set by the user or by how the toolchain was built, for example `noswissmap`; often empty. */
  readonly experiments: string;
  /** The build cache's folder. */
  readonly gocache: string;
  /** GOFLAGS as set by the user. */
  readonly goflags: string;
  /** Path of go.mod; empty when there is none. */
  readonly gomod: string;
  /** Path of go.work; empty when there is none. */
  readonly gowork: string;
}

/** Where to look for Go, and for whom. */
export interface ToolchainRequest {
  /** A go command or a GOROOT folder that the user named; else `go` is looked for on PATH. */
  readonly go?: string | undefined;
  /** Directory of the target program. */
  readonly directory: string;
  /** The user's environment; our own when not given. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** Minor versions of Go 1 that the probe knows. */
export const supportedMinors: readonly number[] = [19, 21, 22, 23, 24, 25, 26, 27];

const supportedText = "Go 1.19 and Go 1.21 to 1.27 are supported";

/** There is no go command where it was looked for. */
export class NoGoError extends MaptrapError {
  constructor(
    /** What was named with --go; undefined when PATH was searched. */
    readonly requested: string | undefined,
  ) {
    super(
      requested === undefined
        ? "no Go toolchain was found: there is no `go` command on PATH"
        : `no Go toolchain was found at ${requested}`,
      {
        wayOut: "install Go (https://go.dev/dl), or name a go command or a GOROOT folder with --go PATH",
        exitStatus: requested === undefined ? 1 : 2,
      },
    );
  }
}

/** The toolchain has a version that the probe does not know. Exit status 2 where it was named with --go. */
export class UnsupportedGoError extends MaptrapError {
  constructor(
    /** What `go env GOVERSION` said. */
    readonly found: string,
    named = false,
  ) {
    super(`${found} is not supported; ${supportedText}`, {
      wayOut: "name another toolchain with --go PATH",
      exitStatus: named ? 2 : 1,
    });
  }
}

/**
 * Systems for which the probe builds. On the others its code has no place to go (`src/probe/overlay/pieces.ts`); Android's
 * files are Linux's.
 */
export const supportedSystems: readonly string[] = [
  "linux",
  "android",
  "darwin",
  "windows",
  "freebsd",
  "netbsd",
  "openbsd",
];

/** The target system is one for which the probe does not build. */
export class UnsupportedSystemError extends MaptrapError {
  constructor(
    /** GOOS. */
    readonly found: string,
  ) {
    super(`programs for ${found} cannot be built with the probe`, {
      wayOut: `build for one of ${supportedSystems.join(", ")} (GOOS)`,
    });
  }
}

/** The go command ended with a failure. What it said is passed on as it is. */
export class GoCommandError extends MaptrapError {
  constructor(
    /** The subcommand, for example `go build`. */
    readonly command: string,
    /** What Go wrote to stderr and stdout. */
    readonly output: string,
    /** Go's exit status. */
    status: number,
  ) {
    super(`${command} failed with exit status ${status}`, { exitStatus: status === 0 ? 1 : status });
  }
}

/** Finds the toolchain that counts in a directory, and checks that its version and its target are supported. */
export async function openToolchain(request: ToolchainRequest): Promise<Toolchain> {
  const environment = request.environment ?? process.env;
  const goCommand = await findGoCommand(request.go, environment);
  const asked = { goCommand, named: request.go !== undefined };
  const toolchain = await readToolchain(asked, request.directory, environment);
  if (toolchain.major !== 1 || !supportedMinors.includes(toolchain.minor)) {
    throw new UnsupportedGoError(toolchain.version, asked.named);
  }
  if (!supportedSystems.includes(toolchain.goos)) {
    throw new UnsupportedSystemError(toolchain.goos);
  }
  return toolchain;
}

/**
 * Finds the go command.
 *
 * @param requested a go command or a GOROOT folder; undefined searches PATH
 */
export async function findGoCommand(
  requested: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const name = process.platform === "win32" ? "go.exe" : "go";
  if (requested === undefined) {
    const folders = (environment["PATH"] ?? "")
      .split(path.delimiter)
      .filter((folder) => path.isAbsolute(folder));
    return firstExecutable(
      folders.map((folder) => path.join(folder, name)),
      requested,
    );
  }
  const named = path.resolve(requested);
  return firstExecutable([named, path.join(named, "bin", name), path.join(named, name)], requested);
}

async function firstExecutable(
  candidates: readonly string[],
  requested: string | undefined,
): Promise<string> {
  for (const candidate of candidates) {
    if (await isExecutableFile(candidate)) {
      return candidate;
    }
  }
  throw new NoGoError(requested);
}

async function isExecutableFile(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    // Not there, or not ours to run: for the search that is the same.
    return false;
  }
}

const wantedVariables = [
  "GOROOT",
  "GOVERSION",
  "GOOS",
  "GOARCH",
  "GOEXPERIMENT",
  "GOCACHE",
  "GOFLAGS",
  "GOMOD",
  "GOWORK",
] as const;

/** A go command that is asked about itself. */
interface Asked {
  readonly goCommand: string;
  /** Whether it was named with --go; else it is that of PATH. */
  readonly named: boolean;
}

/** Asks a go command about itself, in a directory and with an environment. */
async function readToolchain(
  asked: Asked,
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<Toolchain> {
  const { goCommand, named } = asked;
  const values = await goEnvironment(asked, directory, environment);
  const value = (name: (typeof wantedVariables)[number]): string => {
    const found = values.get(name);
    if (found === undefined) {
      throw notAGoCommand(asked, `\`go env\` gave no ${name}`);
    }
    return found;
  };
  const version = value("GOVERSION");
  const numbers = /(?:^|\s)go(\d+)\.(\d+)/.exec(version);
  if (numbers === null) {
    throw new UnsupportedGoError(
      version === "" ? `the toolchain at ${goCommand}, which names no version,` : version,
      named,
    );
  }
  return {
    goCommand,
    goroot: value("GOROOT"),
    version: version.split(" X:")[0] ?? version,
    major: Number(numbers[1]),
    minor: Number(numbers[2]),
    goos: value("GOOS"),
    goarch: value("GOARCH"),
    experiments: value("GOEXPERIMENT"),
    gocache: value("GOCACHE"),
    goflags: value("GOFLAGS"),
    gomod: moduleFile(value("GOMOD")),
    gowork: value("GOWORK") === "off" ? "" : value("GOWORK"),
  };
}

/** `go env GOMOD` names the null device where module mode is on and there is no go.mod. */
function moduleFile(gomod: string): string {
  return gomod === "/dev/null" || gomod === "NUL" ? "" : gomod;
}

async function goEnvironment(
  asked: Asked,
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> {
  const args = ["env", "-json", ...wantedVariables];
  const result = await runProcess(asked.goCommand, args, { cwd: directory, env: environment }).catch(
    (error: unknown) => {
      throw error instanceof ProcessStartError ? notAGoCommand(asked, error.message, error) : error;
    },
  );
  if (result.status !== 0) {
    throw new GoCommandError("go env", result.stderr + result.stdout, result.status ?? 1);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(result.stdout);
  } catch (error) {
    throw notAGoCommand(asked, "`go env -json` did not give JSON", error);
  }
  return stringEntries(parsed);
}

function stringEntries(parsed: unknown): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (typeof parsed === "object" && parsed !== null) {
    for (const [name, value] of Object.entries(parsed)) {
      if (typeof value === "string") {
        values.set(name, value);
      }
    }
  }
  return values;
}

function notAGoCommand({ goCommand, named }: Asked, reason: string, cause?: unknown): MaptrapError {
  return new MaptrapError(`${goCommand} does not answer as a go command does: ${reason}`, {
    wayOut: "name a go command or a GOROOT folder with --go PATH",
    exitStatus: named ? 2 : 1,
    cause,
  });
}
