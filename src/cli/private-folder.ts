/** A folder that only the user can look into, removed when the work is done. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * Makes a private folder, does some work with it, and removes it, also when the work fails.
 *
 * @param keep whether the folder stays
 */
export async function withPrivateFolder<T>(keep: boolean, work: (folder: string) => Promise<T>): Promise<T> {
  // mkdtemp makes it with mode 0700.
  const folder = await mkdtemp(path.join(tmpdir(), "maptrap-"));
  try {
    return await work(folder);
  } finally {
    if (!keep) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
