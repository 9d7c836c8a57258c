/** Real programs are followed while they run: what was followed is what their files hold at the end. */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyEventFile } from "../../src/evidence/ring/copy.js";
import { EventFileNotReadyError, FollowError } from "../../src/evidence/ring/errors.js";
import type { FollowStep } from "../../src/evidence/ring/follow.js";
import { type EventFile, ringOperations } from "../../src/evidence/ring/format.js";
import { readEventFile } from "../../src/evidence/ring/read.js";
import { type EventColumns, eventKinds } from "../../src/evidence/ring/recording.js";
import { RingFollower } from "../../src/evidence/ring/ring-follower.js";
import { type EventRow, rowsOf } from "../evidence/ring/events.js";
import { folderWith, removeFolder } from "../support/maptrap-command.js";
import { probedBuild } from "../support/probed-build.js";
import { programFolder } from "../support/programs.js";
import { type GoVersion, goEnvironment, TESTED } from "../support/toolchains.js";

const maps = 4;
const rounds = 10_000;
/** The number of the operation. */
const assign = ringOperations.indexOf("assign") + 1;
const mebibyte = 2 ** 20;

let work: string;
beforeAll(async () => {
  work = await folderWith({});
});
afterAll(() => removeFolder(work));

/** A program that hands maps over and records. */
class HandingOver {
  readonly eventFile: string;
  readonly child: ChildProcess;
  alive = true;
  #output = "";

  constructor(version: GoVersion, size: number, ...more: readonly string[]) {
    this.eventFile = path.join(work, `${version}-${size}-${more.join("-")}.maptrap`);
    this.child = spawn(path.join(work, `handover-${version}`), [String(maps), String(rounds), ...more], {
      env: goEnvironment({
        MAPTRAP: "record",
        MAPTRAP_FILE: this.eventFile,
        MAPTRAP_SIZE: String(size),
        MAPTRAP_LIMIT: "0",
      }),
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.child.once("exit", () => {
      this.alive = false;
    });
    this.child.stdout?.on("data", (piece: Buffer) => (this.#output += piece.toString()));
  }

  get changed(): boolean {
    return this.#output.includes("changed");
  }

  async follower(): Promise<RingFollower> {
    for (;;) {
      try {
        // The machine may be so busy that a thread stands still over an event for many steps.
        return RingFollower.open(this.eventFile, { isAlive: () => this.alive, patience: 10_000 });
      } catch (error) {
        if (!(error instanceof EventFileNotReadyError || error instanceof FollowError) || !this.alive) {
          throw error;
        }
        await sleep(5);
      }
    }
  }

  async finalFile(): Promise<EventFile<EventColumns>> {
    return readEventFile(await copyEventFile(this.eventFile), this.eventFile);
  }
}

/** All steps until the end. */
async function follow(
  program: HandingOver,
  pause: number,
  meanwhile: () => void = () => undefined,
): Promise<{ readonly steps: readonly FollowStep[]; readonly follower: RingFollower }> {
  const follower = await program.follower();
  const steps: FollowStep[] = [];
  do {
    await sleep(pause);
    meanwhile();
    steps.push(follower.poll());
  } while (steps.at(-1)?.ended !== true);
  follower.close();
  return { steps, follower };
}

function sorted(rows: readonly EventRow[]): string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

function groupedByMap(rows: readonly EventRow[]): ReadonlyMap<number, readonly EventRow[]> {
  const grouped = new Map<number, EventRow[]>();
  for (const row of rows) {
    const ofMap = grouped.get(row.map) ?? [];
    ofMap.push(row);
    grouped.set(row.map, ofMap);
  }
  return grouped;
}

/** What was followed, row by row. */
function followed(steps: readonly FollowStep[]): EventRow[] {
  return steps.flatMap(({ events }) => {
    expect(events.clock.every((clock, row) => row === 0 || clock >= events.clock[row - 1]!)).toBe(true);
    return rowsOf(events);
  });
}

describe.each(TESTED)("Go %s, a program that is followed", (version) => {
  beforeAll(async () => {
    const cwd = programFolder("handover");
    await probedBuild({ version, args: ["."], cwd }, path.join(work, `handover-${version}`));
  });

  it("shows all that its file holds, and every change of hands", async () => {
    const program = new HandingOver(version, 64 * mebibyte);
    const { steps, follower } = await follow(program, 5);
    const { recording, unreadable } = await program.finalFile();
    expect(unreadable).toEqual([]);
    const rows = followed(steps);
    expect(sorted(rows)).toEqual(sorted(rowsOf(recording!.events)));
    expect(follower.totals).toMatchObject({ events: rows.length, lost: 0, goneBefore: 0, damaged: 0 });
    expect(steps.at(-1)?.rings).toEqual(recording?.rings);
    const changes = rows.filter(({ kind, a }) => kind === eventKinds.access && Number(a) % 256 === assign);
    const perMap = groupedByMap(changes);
    // The first change of a map was its one goroutine's own; each of the others is by the other goroutine.
    expect([...perMap.values()].map(({ length }) => length)).toEqual(
      Array.from({ length: maps }, () => 2 * rounds - 1),
    );
    for (const ofMap of perMap.values()) {
      expect(ofMap.every(({ goroutine }, row) => row < 2 || goroutine === ofMap[row - 2]?.goroutine)).toBe(
        true,
      );
    }
  });

  it("is followed with rings that are too small: what was lost is counted", async () => {
    const program = new HandingOver(version, 4096);
    const { steps, follower } = await follow(program, 5);
    const { rings } = (await program.finalFile()).recording!;
    const { events, lost, goneBefore, unfinished } = follower.totals;
    expect(events + lost + goneBefore + unfinished).toBe(rings.reduce((sum, { begun }) => sum + begun, 0));
    expect(followed(steps)).toHaveLength(events);
    expect(lost + goneBefore).toBeGreaterThan(0);
  });

  it("is followed until it is killed, and read as a whole afterwards", async () => {
    const program = new HandingOver(version, 64 * mebibyte, "wait");
    const { steps } = await follow(program, 10, () => {
      if (program.changed) {
        program.child.kill("SIGKILL");
      }
    });
    expect(steps.at(-1)?.header.state).toBe("running");
    const { recording } = await program.finalFile();
    expect(sorted(followed(steps))).toEqual(sorted(rowsOf(recording!.events)));
  });
});
