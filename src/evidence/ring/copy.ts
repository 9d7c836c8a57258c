/** Copies an event file that a process may be writing at the same time. */
import { open } from "node:fs/promises";
import { copyEventBytes, type ReadAt } from "./copy-bytes.js";

/**
 * Copies a file, as {@link copyEventBytes} does.
 *
 * @throws what the system says
 */
export async function copyEventFile(fileName: string): Promise<Uint8Array> {
  const file = await open(fileName, "r");
  try {
    const read: ReadAt = async (target, offset) => {
      const { bytesRead } = await file.read(target, 0, target.length, offset);
      return bytesRead;
    };
    return await copyEventBytes(
      (await file.stat()).size,
      read,
      async () => new Uint8Array(await file.readFile()),
    );
  } finally {
    await file.close();
  }
}
