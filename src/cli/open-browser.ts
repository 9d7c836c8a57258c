/** Opens an address in the person's browser, where that is possible. */
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Tries to open an address. What comes of it is not known, and nothing fails because of it.
 *
 * The address has a token in it, and other users of the machine can see the words of every command: so what is opened is a file of a
 * private folder that leads there.
 *
 * @param folder that only the user can look into; to be kept as long as the browser may still be starting
 */
export async function openInBrowser(
  address: string,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const command = opener(environment);
  if (command === undefined) {
    return;
  }
  const file = path.join(folder, "studio.html");
  await writeFile(
    file,
    `<!doctype html><meta charset="utf-8"><title>maptrap studio</title><meta http-equiv="refresh" content="0; url=${address}">\n`,
    { mode: 0o600 },
  );
  const child = spawn(command, [file], { stdio: "ignore", detached: true, env: environment });
  child.on("error", () => undefined);
  child.unref();
}

/** The program that opens files; undefined where there is no screen to show them on. */
function opener(environment: NodeJS.ProcessEnv): string | undefined {
  if (process.platform === "darwin") {
    return "open";
  }
  const hasScreen = [environment["DISPLAY"], environment["WAYLAND_DISPLAY"]].some(
    (one) => (one ?? "") !== "",
  );
  return process.platform === "linux" && hasScreen ? "xdg-open" : undefined;
}
