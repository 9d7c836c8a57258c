/** Builds a case from programs that were looked at while they stood still: `maptrap gdb run`, `attach` and `core` go through here. */
import type { Case, GdbSessionEvidence, StoppedObservation } from "../../case/case.js";
import { caseFormat, caseVersion } from "../../case/schema.js";
import { maptrapVersion } from "../../case/version.js";
import { findStopped } from "./findings.js";

/** One session, and what it stopped at. */
export interface SessionOfCase {
  readonly evidence: GdbSessionEvidence;
  /** Undefined where nothing was found. */
  readonly observation: StoppedObservation | undefined;
}

/** What a case is built from. */
export interface StoppedCaseInput {
  /** The command that was called, word by word. */
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly sessions: readonly SessionOfCase[];
  /** Path of the program's main module. */
  readonly modulePath: string | undefined;
  /** When it was made; left out, now. */
  readonly created?: Date | undefined;
}

/** Builds it. */
export function buildStoppedCase(input: StoppedCaseInput): Case {
  const modulePath = input.modulePath === undefined || input.modulePath === "" ? null : input.modulePath;
  const first = input.sessions[0]?.evidence;
  const observations = input.sessions.flatMap(({ observation }) =>
    observation === undefined ? [] : [observation],
  );
  const findings = findStopped(
    input.sessions.flatMap(({ observation, evidence }) =>
      observation === undefined
        ? []
        : [{ observation, context: { modulePath, goroot: null }, run: evidence.run }],
    ),
  );
  return {
    format: caseFormat,
    version: caseVersion,
    maptrap: maptrapVersion,
    created: (input.created ?? new Date()).toISOString(),
    command: [...input.command],
    workingDirectory: input.workingDirectory,
    toolchain: { goVersion: first?.goVersion ?? null, platform: first?.platform ?? null, goroot: null },
    modulePath,
    evidence: input.sessions.map(({ evidence }) => evidence),
    observations,
    findings,
    nextSteps: nextSteps(observations, findings.length),
    summary: null,
  };
}

/** What would tell more. */
function nextSteps(observations: readonly StoppedObservation[], findings: number): string[] {
  return observations.some(({ conflict }) => conflict !== null) && findings === 0
    ? [
        "Stop it again (`maptrap gdb run --until-caught`): where the two are at the map most of the time, the other side is found in one of a few stops. Where the program can be rebuilt, `maptrap run` finds it by order, also when the two never meet.",
      ]
    : [];
}
