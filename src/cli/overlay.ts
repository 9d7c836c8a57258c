/** `maptrap overlay`: makes the overlay with the probe, for builds that are done without maptrap. */
import { createHash } from "node:crypto";
import path from "node:path";
import { joinFlags, splitFlags, takeFlag } from "../golang/goflags.js";
import { openToolchain } from "../golang/toolchain.js";
import { withOrderFlags } from "../probe/order-flags.js";
import { makeOverlay } from "../probe/overlay/make.js";
import { chooseOverlay } from "../probe/user-overlay.js";
import type { CommandContext } from "./context.js";

/** The options, as they come out of the command line. */
export type OverlayFlags = {
  readonly go?: string | undefined;
  readonly goflags?: true | undefined;
  readonly order?: true | undefined;
  readonly force?: true | undefined;
};

/** Makes the overlay, and prints where it is or the text for GOFLAGS. */
export async function printOverlay(flags: OverlayFlags, context: CommandContext): Promise<void> {
  process.stdout.write(`${await overlayText(context, flags)}\n`);
}

/** What is printed. */
async function overlayText(
  { workingDirectory, environment }: CommandContext,
  flags: OverlayFlags,
): Promise<string> {
  const toolchain = await openToolchain({ go: flags.go, directory: workingDirectory, environment });
  const order = flags.order === true;
  const { overlayFile } = await makeOverlay(toolchain, { force: flags.force === true, order });
  const quoting = toolchain.minor >= 20;
  const users = splitFlags(toolchain.goflags, quoting);
  if (flags.goflags !== true) {
    if (order) {
      process.stderr.write(orderNote(withOrderFlags([], toolchain)));
    }
    return overlayFile;
  }
  const chosen = await chooseOverlay(
    toolchain,
    overlayFile,
    users,
    workingDirectory,
    mergedFile(overlayFile, users),
  );
  const rest = order ? withOrderFlags(chosen.flags, toolchain) : chosen.flags;
  return joinFlags([...rest, `-overlay=${chosen.overlayFile}`], quoting);
}

/** An overlay for order was asked for without the flags that it needs. */
function orderNote(flags: readonly string[]): string {
  return `maptrap: the build needs these flags too (--goflags gives all): ${joinFlags(flags, true)}\n`;
}

/** Beside the probe's overlay, a name of its own for each overlay of the user's. */
function mergedFile(overlayFile: string, users: readonly string[]): string {
  const name = createHash("sha256")
    .update(takeFlag(users, "overlay").value ?? "")
    .digest("hex");
  return path.join(path.dirname(overlayFile), `with-${name.slice(0, 16)}.json`);
}
