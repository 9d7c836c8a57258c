/** What would tell more about a crash, by what its text lacks. */
import type { CrashObservation } from "../../case/case.js";
import { isWhole } from "../peer/text-evidence.js";

/** What is known beside the observation. */
export interface Known {
  /** `none`: no source was read; `misfit`: it was, and the place is not in it; `fits`. */
  readonly source: "none" | "misfit" | "fits";
  /** Whether a peer was found. */
  readonly peer: boolean;
}

/** Advice on what to look for next, one sentence or two each. */
export function nextSteps(crash: CrashObservation, { source, peer }: Known): string[] {
  const steps: (string | undefined)[] = [oneSided(crash), cutText(crash)];
  if (source === "none") {
    steps.push(
      "The source tells which places can be the other side: run this where the module lies, or name its folder with --source.",
    );
  } else if (source === "misfit") {
    steps.push(
      "The source that was read has no access to a map where the text says: it is of another program or revision, or the map is used inside a library. Name the right folder with --source.",
    );
  } else if (!peer) {
    steps.push(
      "Nothing in this source can be the other side. Then it is in a dependency or in code that was generated or left out: run with --source on a tree that holds these (go mod vendor puts dependencies there).",
    );
  }
  return steps.filter((step) => step !== undefined);
}

function oneSided(crash: CrashObservation): string | undefined {
  if (crash.goroutines !== 1 || isWhole(crash)) {
    return undefined;
  }
  const minor = newestMinor(crash);
  const why =
    minor === undefined || minor >= 26
      ? "Go 1.26 and later print only the goroutine that noticed. Set GOTRACEBACK=all to have the others printed"
      : "The text shows one goroutine only, but this Go version prints all of them: look for the rest of the text, or set GOTRACEBACK=all";
  return `${why}; or build with the probe (maptrap run, maptrap test, maptrap overlay), which names both.`;
}

function cutText(crash: CrashObservation): string | undefined {
  return crash.cut === null
    ? undefined
    : `The text is not whole (${crash.cut}). More of it may show the other side.`;
}

/** The newest minor version that it can be; undefined where nothing tells. */
function newestMinor({ goVersion }: CrashObservation): number | undefined {
  if (goVersion === null || (!goVersion.exact && /newer|later/.test(goVersion.text))) {
    return undefined;
  }
  const minors = [...goVersion.text.matchAll(/\b1\.(\d{1,3})/g)].map(([, minor]) => Number(minor));
  return minors.length === 0 ? undefined : Math.max(...minors);
}
