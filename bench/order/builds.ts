/**
 * Programs and test binaries, built in the ways that are compared:
 *
 *   plain   as Go builds it
 *   off     with the probe and its hooks at everything that orders goroutines, not switched on
 *   order   the same binary, observing order
 *   race    with Go's race detector
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openToolchain } from "../../src/golang/toolchain.js";
import { withOrderFlags } from "../../src/probe/order-flags.js";
import { makeOverlay } from "../../src/probe/overlay/make.js";
import { goCommand, goEnvironment, repositoryRoot, type GoVersion } from "../../test/support/toolchains.js";

/** The ways that are compared, in the order in which they are shown. */
export const KINDS = ["plain", "off", "order", "race"] as const;

/** One of the ways that are compared. */
export type Kind = (typeof KINDS)[number];

/** A binary of each kind. */
export type Binaries = Readonly<Record<Kind, string>>;

/** Where the programs' source is. */
export const source = path.join(repositoryRoot, "bench/programs/order");

/** The largest order file: so large that no recording ends before its program does. */
const maxSize = 16 * 2 ** 30;

/** The variables with which a program of a kind runs. */
export function environmentOf(kind: Kind, eventFolder: string): Readonly<Record<string, string>> {
  return kind === "order"
    ? { MAPTRAP: "order", MAPTRAP_DIR: eventFolder, MAPTRAP_MAX_SIZE: String(maxSize) }
    : {};
}

/** Builds with one version of Go. */
export class Builder {
  private constructor(
    readonly version: GoVersion,
    private readonly folder: string,
    /** Flags for a build of some packages with the hooks. */
    private readonly hooked: (packagePath: string) => readonly string[],
  ) {}

  /** @param folder where the binaries go */
  static async open(version: GoVersion, folder: string): Promise<Builder> {
    const environment = goEnvironment({ CGO_ENABLED: "1" });
    const opened = await openToolchain({ go: goCommand(version), directory: source, environment });
    const { overlayFile } = await makeOverlay(opened, { order: true });
    const overlay = `-overlay=${overlayFile}`;
    return new Builder(version, folder, (named) => withOrderFlags([overlay], opened, [named]));
  }

  /** One of the programs, in every way. */
  program(name: string): Binaries {
    return this.#everyWay(name, ["build"], `./${name}`, source);
  }

  /** One of the programs as Go builds it. */
  plainProgram(name: string): string {
    return this.#go(`${name}-alone`, ["build"], `./${name}`, source);
  }

  /** The tests of a package of the standard library, in every way. */
  tests(packagePath: string): Binaries {
    // The module decides how the packages behave that changed over the years: it is of this version.
    const folder = path.join(this.folder, `module-${this.version}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "go.mod"), `module example.com/tests\n\ngo ${this.version}\n`);
    return this.#everyWay(packagePath.replaceAll("/", "_"), ["test", "-c"], packagePath, folder);
  }

  #everyWay(name: string, command: readonly string[], what: string, cwd: string): Binaries {
    const hooked = this.#go(`${name}-hooked`, [...command, ...this.hooked(what)], what, cwd);
    return {
      plain: this.#go(`${name}-plain`, command, what, cwd),
      off: hooked,
      order: hooked,
      race: this.#go(`${name}-race`, [...command, "-race"], what, cwd),
    };
  }

  #go(name: string, command: readonly string[], what: string, cwd: string): string {
    const binary = path.join(this.folder, `${name}-${this.version}`);
    execFileSync(goCommand(this.version), [...command, "-o", binary, what], {
      cwd,
      env: goEnvironment({ CGO_ENABLED: "1" }),
    });
    return binary;
  }
}
