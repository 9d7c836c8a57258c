/** Whether the runs of a command can observe order, and how they do. */
import { MaptrapError } from "../base/errors.js";
import { splitFlags } from "../golang/goflags.js";
import type { Toolchain } from "../golang/toolchain.js";
import type { CampaignFlags } from "./commands/campaign-options.js";

/** Whether order is observed. */
export interface OrderChoice {
  readonly observe: boolean;
  /** Why it is not though it was not ruled out, one sentence; undefined where it is, or was not wanted. */
  readonly note: string | undefined;
}

/** Order was asked for and cannot be observed. */
export class NoOrderError extends MaptrapError {
  constructor(reason: string, wayOut: string) {
    super(`order cannot be observed: ${reason}`, { wayOut, exitStatus: 2 });
  }
}

/** Chooses for a program that is built here. */
export function chooseOrder(
  only: CampaignFlags["only"],
  toolchain: Pick<Toolchain, "goos" | "goflags" | "minor">,
  flags: readonly string[],
): OrderChoice {
  if (toolchain.goos !== "linux") {
    return choose(only, "it needs Linux", "use --only trap here");
  }
  const all = [...splitFlags(toolchain.goflags, toolchain.minor >= 20), ...flags];
  if (isSet(all, "race")) {
    return choose(
      only,
      "the program is built with the race detector, which puts its own hooks in these places",
      "leave --race out; maptrap compare runs both, one after the other",
    );
  }
  return choose(only, undefined, "");
}

/** Chooses for a program that was built before: `binary` is what stands in `file`. */
export function chooseOrderOfBuilt(only: CampaignFlags["only"], file: string, binary: Buffer): OrderChoice {
  const wayOut = "build it with: GOFLAGS=$(maptrap overlay --order --goflags) go build";
  if (!binary.includes(orderSymbol)) {
    return choose(only, `${file} was built without the hooks for it`, wayOut);
  }
  if (binary.includes("build\t-race=true")) {
    return choose(only, `${file} was built with the race detector`, wayOut);
  }
  return choose(only, undefined, "");
}

/** A function that is in a binary only when it was built with the overlay for order. */
const orderSymbol = "runtime.maptrapOrderSync";

function choose(only: CampaignFlags["only"], reason: string | undefined, wayOut: string): OrderChoice {
  if (only === "trap") {
    return { observe: false, note: undefined };
  }
  if (reason === undefined) {
    return { observe: true, note: undefined };
  }
  if (only === "order") {
    throw new NoOrderError(reason, wayOut);
  }
  return { observe: false, note: `only the trap was used: order cannot be observed, for ${reason}` };
}

/** Whether a flag without a value is set; the last occurrence counts, and what comes after -args is not the go command's. */
export function isSet(flags: readonly string[], name: string): boolean {
  const end = flags.findIndex((flag) => /^--?args$/.test(flag));
  const own = end === -1 ? flags : flags.slice(0, end);
  const found = own.findLast((flag) => new RegExp(`^--?${name}(?:=|$)`).test(flag));
  const [, value] = found?.split("=") ?? [];
  return found !== undefined && (value === undefined || /^(?:1|t|true)$/i.test(value));
}
