/** Building a program with the probe, and asking the go command about packages. */
import { runProcess } from "../base/processes.js";
import { CancelledError, MaptrapError } from "../base/errors.js";
import { GoCommandError, type Toolchain } from "../golang/toolchain.js";
import type { PackageChoice } from "./packages.js";

/** What the go command is called with. */
export interface GoCall {
  readonly toolchain: Pick<Toolchain, "goCommand">;
  readonly packages: PackageChoice;
  /** The overlay with the probe; undefined builds without. */
  readonly overlayFile?: string | undefined;
  /** Build flags of the user. */
  readonly flags: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Ends the go command when it aborts. */
  readonly signal: AbortSignal;
}

/** One Go package. */
export interface GoPackage {
  readonly importPath: string;
  /** `main` for a program. */
  readonly name: string;
  readonly folder: string;
  /** Path of its module; empty when it has none. */
  readonly modulePath: string;
  readonly moduleFolder: string;
}

/** A package that is not a program was to be run. */
export class NotAProgramError extends MaptrapError {
  constructor(importPath: string) {
    super(`${importPath} is not a program: it is not package main`, {
      wayOut: "name a main package; for the tests of a package: maptrap test",
    });
  }
}

/**
 * Asks the go command which packages were named.
 *
 * @param broken whether packages that cannot be loaded are listed too, instead of being an error
 */
export async function listPackages(call: GoCall, broken = false): Promise<GoPackage[]> {
  const format =
    "{{.ImportPath}}\t{{.Name}}\t{{.Dir}}\t{{with .Module}}{{.Path}}{{end}}\t{{with .Module}}{{.Dir}}{{end}}";
  const options = [...overlayFlag(call), "-f", format, ...(broken ? ["-e"] : [])];
  const output = await runGo(call, ["list", ...options, ...call.flags]);
  return output
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => {
      const [importPath = "", name = "", folder = "", modulePath = "", moduleFolder = ""] = line.split("\t");
      return { importPath, name, folder, modulePath, moduleFolder };
    });
}

/** The overlay as a flag. */
export function overlayFlag({ overlayFile }: Pick<GoCall, "overlayFile">): string[] {
  return overlayFile === undefined ? [] : [`-overlay=${overlayFile}`];
}

/** Builds one main package into a file. */
export async function buildProgram(call: GoCall, output: string): Promise<void> {
  await runGo(call, ["build", ...overlayFlag(call), "-o", output, ...call.flags]);
}

/** Runs a go command on the packages, and gives what it wrote to stdout. */
async function runGo(call: GoCall, args: readonly string[]): Promise<string> {
  const { directory, patterns } = call.packages;
  const result = await runProcess(call.toolchain.goCommand, [...args, ...patterns], {
    cwd: directory,
    env: call.environment,
    ownGroup: true,
    signal: call.signal,
  });
  if (result.cancelled) {
    throw new CancelledError("interrupted while building");
  }
  if (result.status !== 0) {
    throw new GoCommandError(`go ${args[0] ?? ""}`, result.stderr + result.stdout, result.status ?? 1);
  }
  return result.stdout;
}

/** A folder was named that lies in no module. */
export class NotAModuleError extends MaptrapError {
  constructor(folder: string) {
    super(`${folder} is not in a Go module: there is no go.mod in it or in a folder above`, {
      wayOut:
        "go into the module's folder, name a folder that lies in a module, or make one with `go mod init`",
    });
  }
}

/** Sees that folders lie in a module, where Go needs one. Import paths and .go files work without. */
export function checkModule(
  { gomod, gowork }: Pick<Toolchain, "gomod" | "gowork">,
  { directory, patterns }: PackageChoice,
  environment: NodeJS.ProcessEnv,
): void {
  const isFolder = (pattern: string): boolean => /^\.{0,2}(?:\/|$)/.test(pattern) && !pattern.endsWith(".go");
  if (gomod === "" && gowork === "" && environment["GO111MODULE"] !== "off" && patterns.some(isFolder)) {
    throw new NotAModuleError(directory);
  }
}
