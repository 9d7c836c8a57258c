/** Opens the order events of a process. */
import { ByteReader } from "../../base/bytes.js";
import { headerSize, type OrderHeader } from "../ring/format.js";
import { checkFrame } from "../ring/frame.js";
import { readHeader } from "../ring/header.js";
import { indexChunks, chunkLayoutOf, type ChunkIndex } from "./chunk-index.js";
import { Damage } from "./damage.js";
import { NoOrderEventsError } from "./errors.js";
import type { OrderBatch, OrderCoverage, OrderEvents } from "./events.js";
import { Replay } from "./replay.js";
import { openOrderSource, readFrom, type OrderSource } from "./source.js";
import { MapTypes } from "./map-types.js";
import { OrderStacks } from "./stacks.js";

/** The order events of one file, which stays open until all batches were given. */
export interface OrderFile extends OrderEvents {
  /** Closes the file before that; may be called again. */
  close(): void;
}

/**
 * Opens an event file of mode "order". Memory depends on how many goroutines are alive at once, how many stacks and how many
 * writers there are; of a file's length it needs four bytes for each chunk.
 *
 * @param file its path, or where else it is read from
 * @throws MaptrapError when it is not such a file or cannot be read
 */
export function openOrderEvents(file: string | OrderSource): OrderFile {
  const source = typeof file === "string" ? openOrderSource(file) : file;
  try {
    return open(source);
  } catch (error) {
    source.close();
    throw error;
  }
}

function open(source: OrderSource): OrderFile {
  const { name, size } = source;
  const start = new Uint8Array(Math.min(size, headerSize));
  readFrom(source, start, 0);
  const version = checkFrame(start, size, name);
  const { order: header } = readHeader(new ByteReader(start), version, []);
  if (header === null) {
    throw new NoOrderEventsError(name);
  }
  const damage = new Damage();
  const index = indexChunks(source, chunkLayoutOf(header, name), damage);
  const stacks = new OrderStacks(damage);
  const types = new MapTypes();
  const replay = new Replay({ source, index, stacks, types, damage });
  let asked = false;
  return {
    batches: () => {
      if (asked) {
        throw new Error("the batches of order events are given once");
      }
      asked = true;
      return batchesOf(replay, source);
    },
    stack: (id) => stacks.get(id),
    mapType: (stack) => types.get(stack, (id) => stacks.get(id)[0]),
    coverage: () => coverageOf({ replay, index, damage, header }),
    close: () => {
      source.close();
    },
  };
}

function* batchesOf(replay: Replay, source: OrderSource): Generator<OrderBatch> {
  try {
    while (replay.fill()) {
      yield replay.batch;
    }
  } finally {
    source.close();
  }
}

interface Read {
  readonly replay: Replay;
  readonly index: ChunkIndex;
  readonly damage: Damage;
  readonly header: OrderHeader;
}

function coverageOf({ replay, index, damage, header }: Read): OrderCoverage {
  return {
    events: replay.events,
    chunks: index.chunks,
    bytes: index.bytes,
    cutShort: header.cutShort,
    cutShortAt: header.cutShortAt,
    notPlaced: replay.notPlaced,
    damage: damage.told(),
  };
}
