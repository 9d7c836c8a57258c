/** `maptrap gdb core`: reads a core of a program that died of Go's own check, or that was taken while it ran. */
import path from "node:path";
import { buildStoppedCase } from "../analysis/stopped/build-stopped-case.js";
import { observeStop } from "../analysis/stopped/observe.js";
import type { GdbSessionEvidence } from "../case/case.js";
import { type Core, openCore } from "../evidence/process/core.js";
import { stillProgram } from "../evidence/stopped/still-program.js";
import { findFatalSites } from "../golang/fatal-sites.js";
import { loadInstructionDecoder } from "../golang/instructions/decoder.js";
import { ProgramFunctions } from "../golang/instructions/functions.js";
import { trappedStatus } from "./case-output.js";
import type { GdbFlags } from "./commands/gdb-options.js";
import type { CommandContext } from "./context.js";
import { showStops, stopFiles } from "./gdb-output.js";

/** The options, as they come out of the command line. */
export type GdbCoreFlags = Pick<GdbFlags, "json" | "case" | "html"> & { readonly exe?: string | undefined };

/**
 * Reads a core, shows what is in it, and sets the exit status.
 *
 * @throws MaptrapError
 */
export async function gdbCore(file: string, flags: GdbCoreFlags, context: CommandContext): Promise<void> {
  const resolve = (name: string): string => path.resolve(context.workingDirectory, name);
  const files = await stopFiles(flags, context.workingDirectory);
  const core = openCore(resolve(file), flags.exe === undefined ? undefined : resolve(flags.exe));
  try {
    const incident = await caseOf(core, context);
    await showStops(incident, flags, files);
    const found = incident.observations.some((one) => one.kind === "stopped" && one.conflict !== null);
    process.exitCode = found ? trappedStatus : 0;
  } finally {
    core.close();
  }
}

async function caseOf(core: Core, context: CommandContext) {
  const { program, memory, threads } = core;
  const functions = new ProgramFunctions(program, await loadInstructionDecoder());
  const still = stillProgram({ symbols: program, functions, memory, threads });
  const messages = new Map(
    findFatalSites(program, memory).map(({ returnAddress, message }) => [returnAddress, message]),
  );
  const observation = observeStop({
    program: still,
    reason: { at: "somewhere", thread: undefined, message: undefined },
    messageOfCall: (returnAddress) => messages.get(returnAddress),
    now: undefined,
    handle: "o0",
    evidence: "e0",
  });
  return buildStoppedCase({
    command: context.call,
    workingDirectory: context.workingDirectory,
    sessions: [{ evidence: evidenceOf(core, still.problems), observation }],
    modulePath: program.binary.modulePath,
  });
}

function evidenceOf(core: Core, problems: readonly string[]): GdbSessionEvidence {
  const { program } = core;
  return {
    kind: "gdb-session",
    handle: "e0",
    path: core.executable,
    how: "core",
    core: core.path,
    processId: core.processId ?? null,
    run: null,
    goVersion: program.goVersion ?? null,
    platform: "linux/amd64",
    mapImplementation: program.mapImplementation,
    debugger: null,
    ending: "stopped",
    exitStatus: null,
    stripped: !program.hasSymbolTable,
    notes: [...core.problems, ...problems],
  };
}
