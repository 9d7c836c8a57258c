/** Reads a whole text, or a stream to its end, for what the runtime prints about its garbage collector. */
import { piecesOf, Unpacker } from "../crashtext/unpack.js";
import type { GcTrace } from "./gc-trace.js";
import { GcTraceReader, type GcTraceOptions } from "./reader.js";

/** What can be chosen; everything is optional. */
export interface ReadGcTraceOptions extends GcTraceOptions {
  /** How many bytes are unpacked from gzip at most; default 16 GiB. */
  readonly maxUnpackedBytes?: number;
}

/**
 * Reads `GODEBUG=gctrace=1` lines, and what else the runtime prints beside them, from standard error or a log, however mangled.
 * Bytes may be UTF-8, UTF-16 or gzip. Nothing in the text makes it throw; an error of the stream itself is passed on.
 *
 *     const { runs } = await readGcTrace(await readFile("stderr.log"));
 *     for (const { number, start, goal } of runs[0]?.cycles ?? []) console.log(number, start, goal);
 */
export async function readGcTrace(
  input: Uint8Array | string | AsyncIterable<Uint8Array>,
  options: ReadGcTraceOptions = {},
): Promise<GcTrace> {
  const reader = new GcTraceReader(options);
  const unpacker = new Unpacker(options.maxUnpackedBytes ?? 16 * 1024 ** 3);
  for await (const chunk of unpacker.unpack(piecesOf(input))) {
    reader.push(chunk);
  }
  return reader.end();
}
