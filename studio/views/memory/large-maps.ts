/** The buckets of large maps, which are fetched when the map is looked at. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { PackedMap } from "../../../src/document/block-packer.js";
import type { Bytes, MapPart } from "../../../src/document/document.js";
import { decodeBlocks } from "../../../src/document/packed-bytes.js";
import { MaptrapError } from "../../../src/base/errors.js";
import type { RangeSource } from "../../../src/evidence/ring/compact.js";
import { byteSource, BytesError } from "../../parts/byte-source.js";
import { packedOnce } from "../../parts/map-memory/packed-once.js";

/** How far it is with a map. */
export type LargeMap =
  | { readonly kind: "there"; readonly packed: PackedMap }
  | { readonly kind: "coming"; readonly share: number | null; readonly cancel: () => void }
  | { readonly kind: "cancelled"; readonly again: () => void }
  | {
      readonly kind: "failed";
      readonly sentence: string;
      readonly wayOut: string | null;
      readonly again: () => void;
    };

/** Those that were fetched; as long as their documents are open. */
const fetched = new WeakMap<Bytes, PackedMap>();

/** The map, if it is there. */
export function packedNow(part: MapPart | undefined): PackedMap | undefined {
  if (part === undefined) {
    return undefined;
  }
  return part.packed === undefined || part.packed === null ? packedOnce(part.map) : fetched.get(part.packed);
}

/** The map with its buckets; they are fetched where they have to be. Undefined where there is no map. */
export function useLargeMap(part: MapPart): LargeMap;
export function useLargeMap(part: MapPart | undefined): LargeMap | undefined;
export function useLargeMap(part: MapPart | undefined): LargeMap | undefined {
  const state = useSignal<{ readonly part: MapPart; readonly now: LargeMap } | undefined>(undefined);
  const attempt = useSignal(0);
  useEffect(() => {
    if (part === undefined || packedNow(part) !== undefined) {
      return undefined;
    }
    const stop = new AbortController();
    const again = (): void => void (attempt.value += 1);
    const say = (now: LargeMap): void => {
      if (!stop.signal.aborted) {
        state.value = { part, now };
      }
    };
    const cancel = (): void => {
      say({ kind: "cancelled", again });
      stop.abort();
    };
    say(coming(null, cancel));
    fetchMap(part, (share) => say(coming(share, cancel)), stop.signal).then(
      (packed) => say({ kind: "there", packed }),
      (error: unknown) => say({ kind: "failed", ...saidOf(error), again }),
    );
    return () => stop.abort();
  }, [part, attempt.value]);
  if (part === undefined) {
    return undefined;
  }
  const now = packedNow(part);
  if (now !== undefined) {
    return { kind: "there", packed: now };
  }
  const said = state.value;
  return said?.part === part ? said.now : coming(null, () => undefined);
}

function coming(share: number | null, cancel: () => void): LargeMap {
  return { kind: "coming", share, cancel };
}

async function fetchMap(
  part: MapPart,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<PackedMap> {
  const { packed: bytes, map } = part;
  if (bytes === undefined || bytes === null) {
    return packedOnce(map);
  }
  const whole = bytes.kind === "held" ? bytes.bytes : await wholeOf(bytes, onShare, signal);
  const packed = { map, blocks: decodeBlocks(whole, map) };
  fetched.set(bytes, packed);
  return packed;
}

/** So much is read at a time, in bytes. */
const pieceSize = 4 << 20;

async function wholeOf(
  bytes: Bytes,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const source = await byteSource(bytes);
  const whole = new Uint8Array(source.size);
  let at = 0;
  for await (const piece of source.pieces?.(0, whole.length, pieceSize) ?? piecesOf(source)) {
    signal.throwIfAborted();
    whole.set(piece.subarray(0, whole.length - at), at);
    at += piece.length;
    onShare(Math.min(1, at / whole.length));
  }
  if (at !== whole.length) {
    throw new BytesError("the buckets of the map became fewer while they were read");
  }
  return whole;
}

async function* piecesOf(source: RangeSource): AsyncGenerator<Uint8Array> {
  yield await source.read(0, source.size);
}

function saidOf(error: unknown): { readonly sentence: string; readonly wayOut: string | null } {
  return {
    sentence: `The buckets of the map cannot be shown: ${error instanceof Error ? error.message : String(error)}`,
    wayOut: error instanceof MaptrapError ? (error.wayOut ?? null) : "load the page again",
  };
}
