/** `maptrap studio` as a person starts it: the real command, in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { entry } from "../../support/maptrap-command.js";
import { goCommand, goEnvironment } from "../../support/toolchains.js";

/** Starts it, and ends it as Ctrl-C does when it has been used; fails unless it then ends well. */
export async function withServedStudio(
  files: readonly string[],
  cwd: string,
  use: (address: string) => Promise<void>,
): Promise<void> {
  const PATH = `${path.dirname(goCommand("1.27"))}${path.delimiter}${process.env["PATH"] ?? ""}`;
  const child = spawn(process.execPath, [entry, "studio", ...files], {
    cwd,
    env: goEnvironment({ PATH }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (piece: Buffer) => {
    said += piece.toString();
  });
  const ended = once(child, "close");
  try {
    const address = await firstAddress(child);
    if (address === undefined) {
      throw new Error(`maptrap studio printed no address: ${said}`);
    }
    await use(address);
  } finally {
    child.kill("SIGINT");
    await ended;
  }
  if (child.exitCode !== 0 && child.exitCode !== 130) {
    throw new Error(`maptrap studio ended with ${String(child.exitCode)}: ${said}`);
  }
}

/** The address that it prints; undefined where it ends without one. */
async function firstAddress(child: ChildProcess): Promise<string | undefined> {
  let printed = "";
  for await (const piece of child.stdout ?? []) {
    printed += String(piece);
    const address = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(printed)?.[0];
    if (address !== undefined && printed.includes("\n")) {
      return address;
    }
  }
  return undefined;
}
