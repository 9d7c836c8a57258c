/**
 * What is true of a text, found without any reader of crash texts: by searching the text for the marked lines of the
 * example, and from what the runtime told into a file apart.
 */
import type { GoBinary } from "../../../src/evidence/binary/open.js";
import type { Example, ExampleConflict, ExampleSite } from "../examples.js";
import type { CrashTextTruth, PeerShown } from "./schema.js";

/** A goroutine's stack as return addresses, in bytes from runtime.text. */
export interface ToldSide {
  readonly goroutine: number;
  readonly addresses: readonly number[];
}

/** Who noticed, and who had marked the map last. */
export interface Told {
  readonly detector: ToldSide;
  readonly peer: ToldSide;
}

/** Reads what mapWindowTell wrote: ` gID PC… gID PC…`, a line for each that noticed. */
export function readTold(text: string): Told[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [detector, peer] = line
        .split(" g")
        .slice(1)
        .map((side) => {
          const [goroutine, ...addresses] = side.split(" ").map(Number);
          return { goroutine: goroutine ?? -1, addresses };
        });
      if (detector === undefined || peer === undefined) {
        throw new Error(`not what the runtime tells: ${line}`);
      }
      return { detector, peer };
    });
}

/** A conflict from the side that notices. */
export interface Noticing {
  readonly kind: ExampleConflict["kind"];
  readonly detector: ExampleSite;
  readonly peers: readonly ExampleSite[];
}

/** All ways in which an example's conflicts can be noticed. `len` looks at no mark, so that it never notices. */
export function noticings(example: Example): Noticing[] {
  const found = new Map<
    string,
    { kind: ExampleConflict["kind"]; detector: ExampleSite; peers: ExampleSite[] }
  >();
  for (const { kind, sites } of example.conflicts) {
    const [one, other] = sites;
    for (const [detector, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      if (canNotice(kind, detector)) {
        const key = `${kind} ${detector.mark} ${detector.operation}`;
        const entry = found.get(key) ?? { kind, detector, peers: [] };
        if (entry.peers.every((known) => known.mark !== peer.mark)) {
          entry.peers.push(peer);
        }
        found.set(key, entry);
      }
    }
  }
  return [...found.values()];
}

function canNotice(kind: ExampleConflict["kind"], { operation }: ExampleSite): boolean {
  const change = operation === "assign" || operation === "delete" || operation === "clear";
  return operation !== "length" && change === (kind === "concurrent map writes");
}

/** The part of a text that belongs to one goroutine. */
interface Block {
  readonly id: number;
  readonly lines: readonly string[];
}

function blocks(text: string): Block[] {
  const found: { id: number; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const header = /^goroutine (\d+) .*\[.*\].*:$/.exec(line);
    if (header !== null) {
      found.push({ id: Number(header[1]), lines: [] });
    } else {
      found.at(-1)?.lines.push(line);
    }
  }
  return found;
}

/** Where a marked line stands in a block. */
interface Marked {
  readonly site: ExampleSite;
  readonly index: number;
  readonly function: string;
  readonly file: string;
}

/** The marked lines of a block in their order, innermost first. A `created by` is no access. */
function markedLines(block: Block, sites: readonly ExampleSite[], folders: readonly string[]): Marked[] {
  return block.lines.flatMap((line, index) => {
    const place = /^\t(.*):(\d+)(?: \+0x[\da-f]+)?(?: fp=.*)?$/.exec(line);
    const before = block.lines[index - 1] ?? "";
    const [, file = "", number = ""] = place ?? [];
    const site = sites.find(
      (one) => Number(number) === one.line && folders.some((folder) => file === `${folder}/${one.file}`),
    );
    const call = /^(.+)\([^()]*\)$/.exec(before);
    return site === undefined || call === null || before.startsWith("created by ")
      ? []
      : [{ site, index, function: call[1] ?? "", file }];
  });
}

/** The messages before the first goroutine, which can run into each other, and those after it. */
function headlinesOf(text: string): string[] {
  const kinds = /concurrent map (?:writes|(?:read|iteration|clone) and map write)$/gm;
  return [...text.matchAll(kinds)].map(([kind]) => kind);
}

function shownOf(block: Block | undefined, marked: Marked | undefined): PeerShown {
  if (block === undefined) {
    return "absent";
  }
  if (block.lines.some((line) => line.includes("stack unavailable"))) {
    return "unavailable";
  }
  if (marked === undefined) {
    return "elsewhere";
  }
  const above = block.lines.slice(0, marked.index - 1);
  const inMap = above.some((line) => /^(runtime\.map|internal\/runtime\/maps\.)/.test(line));
  return inMap ? "in-map-function" : "at-site";
}

/** What is needed to find the truth. */
export interface TruthInput {
  readonly example: Example;
  readonly text: string;
  /** How the text names the example's folder. */
  readonly folders: readonly string[];
  /** What the runtime told; empty when it could not. */
  readonly told: readonly Told[];
  /** The program; undefined when it is not kept. */
  readonly binary: GoBinary | undefined;
}

/** The innermost marked site of a stack of addresses. */
function markedAddress(
  side: ToldSide,
  sites: readonly ExampleSite[],
  input: TruthInput,
): { site: ExampleSite; function: string } | undefined {
  for (const address of side.addresses) {
    for (const frame of input.binary?.symbolize(address) ?? []) {
      const site = sites.find(
        (one) => one.line === frame.line && frame.file.endsWith(`/${input.example.name}/${one.file}`),
      );
      if (site !== undefined) {
        return { site, function: frame.function };
      }
    }
  }
  return undefined;
}

/**
 * Finds what is true of a text.
 *
 * @returns the truth, or in words what does not fit together
 */
export function findTruth(input: TruthInput): CrashTextTruth | string {
  const { text, example, folders } = input;
  const headlines = headlinesOf(text);
  const all = blocks(text);
  const [first] = all;
  if (headlines.length === 0 || first === undefined) {
    return "no fatal error";
  }
  // When several goroutines notice at once, the first headline need not be that of the first goroutine.
  const ways = noticings(example).filter((way) => headlines.includes(way.kind));
  const [noticed] = markedLines(
    first,
    ways.map((way) => way.detector),
    folders,
  );
  if (noticed === undefined) {
    return `no marked line in the first goroutine for: ${headlines.join(", ")}`;
  }
  const own = ways.filter((way) => way.detector.mark === noticed.site.mark);
  const kind = own[0]?.kind ?? "";
  const peers = own.filter((way) => way.kind === kind).flatMap((way) => way.peers);
  const told = input.told.find((one) => one.detector.goroutine === first.id);
  if (input.told.length > 0) {
    const same = told && (input.binary === undefined || markedAddress(told.detector, [noticed.site], input));
    if (same === undefined) {
      return `the runtime told of another one than goroutine ${first.id} at ${noticed.site.mark}`;
    }
  }
  const peer = told && findPeer(told.peer, peers, all, input);
  if (typeof peer === "string") {
    return peer;
  }
  return {
    kind,
    headlines: headlines.length,
    detector: {
      mark: noticed.site.mark,
      goroutine: first.id,
      function: noticed.function,
      file: noticed.file,
      line: noticed.site.line,
      operation: noticed.site.operation,
    },
    peerMarks: [...new Set(peers.map((site) => site.mark))].toSorted(),
    peer: peer ?? null,
    goroutines: all.map((block) => block.id),
  };
}

function findPeer(
  side: ToldSide,
  peers: readonly ExampleSite[],
  all: readonly Block[],
  input: TruthInput,
): CrashTextTruth["peer"] | string {
  const [only] = peers;
  // Without symbols it is known only where there is but one.
  const known = peers.length === 1 && only !== undefined && side.goroutine !== 0;
  const marked =
    input.binary !== undefined
      ? markedAddress(side, peers, input)
      : known
        ? { site: only, function: only.function ?? only.mark }
        : undefined;
  if (marked === undefined) {
    if (input.binary === undefined) {
      return null;
    }
    return `the runtime told of a peer, goroutine ${side.goroutine}, at none of ${peers.map((site) => site.mark).join(", ")}`;
  }
  const { site } = marked;
  const block = all.find((one) => one.id === side.goroutine);
  const inText = block && markedLines(block, [site], input.folders)[0];
  return {
    mark: site.mark,
    goroutine: side.goroutine,
    function: inText?.function ?? marked.function,
    file: `${input.folders[0] ?? ""}/${site.file}`,
    line: site.line,
    operation: site.operation,
    shown: shownOf(block, inText),
  };
}
