/** The programs of all kinds, started together, and what the recording one has left behind. */
import { readFileSync, rmSync, statSync } from "node:fs";
import { readEventFile } from "../../src/evidence/ring/read.js";
import type { Kind } from "./builds.js";
import { TurnTaker } from "../turns/turn-taker.js";

/** What a recording holds, in numbers. */
export interface Recorded {
  /** Bytes of the file, and those that the disk keeps of it. */
  readonly fileBytes: number;
  readonly diskBytes: number;
  /** Events by the class of their rings. */
  readonly accesses: number;
  readonly growth: number;
  readonly process: number;
  readonly overLimit: number;
}

/** Starts a program of each kind, lets them be used, ends them, and reads what was recorded. */
export async function withPrograms(
  binaries: Readonly<Record<Kind, string>>,
  kinds: readonly Kind[],
  args: readonly string[],
  use: (programs: readonly TurnTaker<Kind>[]) => Promise<void>,
): Promise<Recorded | undefined> {
  const eventFile = `${binaries.record}.maptrap`;
  rmSync(eventFile, { force: true });
  const programs = kinds.map(
    (kind) => new TurnTaker(kind, binaries[kind], args, environmentOf(kind, eventFile)),
  );
  try {
    await use(programs);
  } finally {
    await Promise.all(programs.map(async (program) => program.stop()));
  }
  return kinds.includes("record") ? recorded(eventFile) : undefined;
}

/** What switches the probe on, or leaves it off. */
function environmentOf(kind: Kind, eventFile: string): Readonly<Record<string, string>> {
  return kind === "record" ? { MAPTRAP: "record", MAPTRAP_FILE: eventFile } : {};
}

/**
 * What is in the event file.
 *
 * @throws Error when the program did not record, so that nothing was measured
 */
function recorded(eventFile: string): Recorded {
  const file = readEventFile(readFileSync(eventFile), eventFile);
  if (file.header.mode !== "record" || file.recording === null) {
    throw new Error(`${eventFile}: the program did not record`);
  }
  const { rings } = file.recording;
  const begun = (ringClass: string) =>
    rings.filter((ring) => ring.ringClass === ringClass).reduce((sum, ring) => sum + ring.begun, 0);
  const { size, blocks } = statSync(eventFile);
  return {
    fileBytes: size,
    diskBytes: blocks * 512,
    accesses: begun("accesses"),
    growth: begun("growth"),
    process: begun("process"),
    overLimit: rings.reduce((sum, ring) => sum + ring.overLimit, 0),
  };
}
