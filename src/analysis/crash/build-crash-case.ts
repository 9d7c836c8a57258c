/** Builds a case from crash texts and, where it was found, the source: `maptrap explain` goes through here. */
import type { Case, CrashTextEvidence, Finding, SourceEvidence } from "../../case/case.js";
import { caseFormat, caseVersion } from "../../case/schema.js";
import { maptrapVersion } from "../../case/version.js";
import type { CrashReport, CrashText } from "../../evidence/crashtext/crash-text.js";
import type { GcTrace } from "../../evidence/gctrace/gc-trace.js";
import type { SourceFacts } from "../../evidence/source/facts.js";
import { gcTraceObservations } from "../gc/observe.js";
import type { CodeContext } from "../origin.js";
import { FactsIndex } from "../peer/facts-index.js";
import { CaseSource } from "./case-source.js";
import { inferPeers } from "./infer.js";
import { pairLastWords, type PlacedReport, withLastWords } from "./last-words.js";
import { knownCases } from "./known-cases.js";
import { nextSteps } from "./next-steps.js";
import { observationOf, type TextObservation } from "./observations.js";
import { raceNotes } from "./race-notes.js";
import { probeFinding, raceFinding } from "./reported.js";

/** One text that was given. */
export interface CaseText {
  /** Its path; "-" for standard input. */
  readonly path: string;
  readonly text: CrashText;
  /** What the runtime printed about its garbage collector. */
  readonly gcTrace?: GcTrace | undefined;
  /** What could not be read of it, one sentence each. */
  readonly notes?: readonly string[] | undefined;
}

/** What a case is built from. */
export interface CrashCaseInput {
  /** The command that was called, word by word. */
  readonly command: readonly string[];
  /** The folder it was called in, absolute. */
  readonly workingDirectory: string;
  readonly texts: readonly CaseText[];
  /** The source of the program, where it was found. */
  readonly source?: SourceFacts | undefined;
  /** When the case was made; left out, now. */
  readonly created?: Date | undefined;
  /** The number of the first report, when reports of one stream are made cases one by one; 0 when left out. */
  readonly firstReport?: number | undefined;
}

/** Builds the case. Reads no file and never throws. */
export function buildCrashCase(input: CrashCaseInput): Case {
  const source = input.source === undefined ? undefined : new CaseSource(new FactsIndex(input.source));
  const context: CodeContext = { modulePath: modulePathOf(input.source), goroot: null };
  const reports = input.texts
    .flatMap(({ text }, index) => text.reports.map((report) => ({ report, evidence: `e${index}` })))
    .map((one, index) => ({ ...one, handle: `o${index + (input.firstReport ?? 0)}` }));
  const read = concludeReports(reports, context, source);
  const observations = read.map(({ observation }) => observation);
  const findings = read.flatMap((one) => one.findings);
  let handles = (input.firstReport ?? 0) + observations.length;
  const collections = input.texts.flatMap(({ gcTrace }, index) =>
    gcTrace === undefined
      ? []
      : gcTraceObservations(gcTrace, { evidence: `e${index}`, nextHandle: () => `o${handles++}` }),
  );
  return {
    format: caseFormat,
    version: caseVersion,
    maptrap: maptrapVersion,
    created: (input.created ?? new Date()).toISOString(),
    command: [...input.command],
    workingDirectory: input.workingDirectory,
    toolchain: toolchainOf(observations),
    modulePath: context.modulePath,
    evidence: [
      ...input.texts.map(textEvidence),
      ...sourceEvidence(input, source, observations, input.texts.length),
    ],
    observations: [...observations, ...collections],
    findings: findings.map((finding, index) => ({ ...finding, handle: `m${index}` })),
    nextSteps: [...new Set(read.flatMap((one) => one.nextSteps))],
    summary: null,
  };
}

/** A report of a text on its way into a case. */
export interface HandledReport extends PlacedReport {
  /** The handle of its observation. */
  readonly handle: string;
}

/** A report as an observation, with what follows from it. */
export interface ReadReport extends Conclusion {
  readonly observation: TextObservation;
}

/** What follows from each report; what the recorder printed on a crash counts for that crash. */
export function concludeReports(
  handled: readonly HandledReport[],
  context: CodeContext,
  source: CaseSource | undefined,
): ReadReport[] {
  const reports = handled.map(({ report, evidence, handle }) => ({
    report,
    evidence,
    observation: observationOf(report, { handle, evidence }, context),
  }));
  const pairs = pairLastWords(reports);
  const crashes = new Map([...pairs].map(([dump, words]) => [words, dump]));
  return reports.map(({ report, observation }, index) => {
    const crash = reports[crashes.get(index) ?? -1]?.observation;
    if (observation.kind === "probe-report" && crash !== undefined) {
      return { observation: { ...observation, ofCrash: crash.handle }, findings: [], nextSteps: [] };
    }
    const conclusion = conclude(observation, report, context, source);
    const words = reports[pairs.get(index) ?? -1];
    if (observation.kind !== "crash" || words?.observation.kind !== "probe-report") {
      return { observation, ...conclusion };
    }
    const known = { crash: observation, words: words.observation, report: words.report };
    const findings = withLastWords(known, conclusion.findings, context);
    // Where it is known who it was, advice on how to find out is of no more use.
    const isKnown = findings.some(({ sides }) => sides.some(({ role }) => role === "recorded"));
    return { observation, findings, nextSteps: isKnown ? [] : conclusion.nextSteps };
  });
}

interface Conclusion {
  readonly findings: readonly Omit<Finding, "handle">[];
  readonly nextSteps: readonly string[];
}

function conclude(
  observation: TextObservation,
  report: CrashReport,
  context: CodeContext,
  source: CaseSource | undefined,
): Conclusion {
  switch (observation.kind) {
    case "crash": {
      const { findings, detector } = inferPeers(observation, source);
      const known = {
        source: source === undefined ? "none" : detector === undefined ? "misfit" : "fits",
        peer: findings.length > 0,
      } as const;
      return {
        findings,
        nextSteps:
          observation.conflict === null && observation.detector === null
            ? []
            : [...nextSteps(observation, known), ...knownCases(observation, detector?.access)],
      };
    }
    case "race": {
      const finding = raceFinding(observation, source);
      return {
        findings: finding === undefined ? [] : [finding],
        nextSteps: observation.conflict === null ? [] : raceNotes(observation, source),
      };
    }
    case "probe-report": {
      const finding = report.kind === "probe" ? probeFinding(report, observation, context) : undefined;
      return { findings: finding === undefined ? [] : [finding], nextSteps: [] };
    }
    default:
      return observation satisfies never;
  }
}

/** The module whose code is the program's own: the one at the root, else the only one. */
function modulePathOf(facts: SourceFacts | undefined): string | null {
  const modules = facts?.modules ?? [];
  return (
    modules.find(({ folder }) => folder === "")?.path ??
    (modules.length === 1 ? (modules[0]?.path ?? null) : null)
  );
}

function toolchainOf(observations: readonly TextObservation[]): Case["toolchain"] {
  const crash = observations.find((one) => one.kind === "crash");
  const platform =
    crash === undefined || crash.os === null ? null : `${crash.os}/${crash.architecture ?? "?"}`;
  const version = crash?.goVersion?.exact === true ? `go${crash.goVersion.text}` : null;
  return { goVersion: version, platform, goroot: null };
}

function textEvidence({ path, text, notes }: CaseText, index: number): CrashTextEvidence {
  return {
    kind: "crash-text",
    handle: `e${index}`,
    path,
    lines: text.lines,
    otherLines: text.otherLines,
    undone: text.undone.map(({ what, lines }) => ({ what, lines })),
    notes: [...(notes ?? [])],
  };
}

function sourceEvidence(
  { source: facts }: CrashCaseInput,
  source: CaseSource | undefined,
  observations: readonly TextObservation[],
  handle: number,
): SourceEvidence[] {
  if (facts === undefined || source === undefined) {
    return [];
  }
  return [
    {
      kind: "source",
      handle: `e${handle}`,
      path: facts.root,
      modules: facts.modules.map((module) => module.path),
      files: facts.files,
      lines: facts.lines,
      fits: fitsOf(source, observations),
      notes: [...facts.notes],
    },
  ];
}

/** How many of the detecting sides' own frames are where the source says. */
function fitsOf({ match }: CaseSource, observations: readonly TextObservation[]): SourceEvidence["fits"] {
  const frames = observations
    .flatMap((one) =>
      one.kind === "crash"
        ? (one.detector?.goroutine.stack ?? [])
        : one.kind === "race"
          ? one.accesses.flatMap((access) => access.stack)
          : [],
    )
    .filter(({ origin }) => origin === "own");
  return { frames: frames.filter((frame) => match.place(frame)?.exact === true).length, of: frames.length };
}
