/** Which version of Go wrote a text: what its lines tell, put together to the narrowest range that fits. */
import { knownMinors, type MinorRange, versionsWithLine } from "../../golang/traceback-lines.js";
import type { CrashFrame, CrashGoroutine, GoVersionHint } from "./crash-text.js";

/** One thing that tells something about the version. */
interface Sign {
  readonly range: MinorRange;
  readonly from: string;
  /** The whole version, where it is named: `1.22.1`. */
  readonly named: string | null;
  /** How far it is to be trusted; where two disagree, the higher one counts. */
  readonly trust: number;
}

const [oldest, newest] = knownMinors;

/** More signs than this add nothing. */
const maxSigns = 200;

/** What a number of goroutines says about the version. */
export class VersionSigns {
  readonly #signs = new Map<string, Sign>();
  #created = 0;
  #createdIn = 0;

  /** Whether a goroutine's frames print their arguments in the way of one version; looked at for each new stack. */
  see(goroutine: CrashGoroutine): void {
    for (const frame of goroutine.frames) {
      this.seeFrame(frame);
    }
    if (goroutine.createdBy !== null) {
      this.seeFrame(goroutine.createdBy.frame);
      this.#created++;
      this.#createdIn += goroutine.createdBy.goroutine === null ? 0 : 1;
    }
    if (Object.keys(goroutine.labels).length > 0) {
      this.#add("labels in a goroutine's header", 26, newest, 5);
    }
    for (const remark of goroutine.remarks) {
      const since = remarkSince(remark);
      if (since !== undefined) {
        this.#add(`"${remark}" in a goroutine's header`, since, newest, 5);
      }
    }
  }

  /** A goroutine's header names its `g`: `goroutine 1 gp=0xc000002380 m=0 mp=0x55d4a0 [running]:`. */
  seeHeader(text: string): void {
    if (text.includes(" gp=0x")) {
      this.#add("gp= in a goroutine's header", 22, newest, 5);
    }
    if (text.includes("] {")) {
      this.#add("labels behind a goroutine's state", 27, newest, 5);
    } else if (text.includes(" labels:{")) {
      this.#add("labels within a goroutine's state", 26, 26, 5);
    }
  }

  /** A line of the text that is not of a report may name the version: `go version go1.22.1 linux/amd64`. */
  seeProse(text: string): void {
    const named = versionInProse(text);
    if (named !== undefined) {
      this.#name(`go version go${named}`, named, 3);
    }
  }

  /** A headline that only newer versions have. */
  seeConflict(conflict: string | null): void {
    if (conflict?.includes("clone") === true) {
      this.#add("the message", 21, newest, 5);
    }
  }

  seeFrame(frame: CrashFrame): void {
    if (frame.file !== null) {
      this.#seePlace(frame, frame.file);
    }
    this.#seeName(frame.function, frame.file);
    if (frame.arguments !== null) {
      this.#seeArguments(frame.function, frame.arguments);
    }
  }

  #seePlace(frame: CrashFrame, file: string): void {
    const unified = file.replaceAll("\\", "/");
    const named = versionInGoroot(unified);
    if (named !== undefined) {
      this.#name(named.path, named.version, 9);
    }
    const base = unified.slice(unified.lastIndexOf("/") + 1);
    if (frame.line !== null) {
      const range = versionsWithLine(frame.function, base, frame.line);
      if (range !== undefined) {
        this.#add(`${base}:${frame.line}`, range[0], range[1], 7);
      }
    }
    if (base === "hashmap.go" || base === "hashmap_fast.go") {
      this.#add(base, oldest, 9, 6);
    } else if (/(?:^|\/)runtime\/map(?:_fast\w{1,5})?\.go$/.test(unified)) {
      this.#add(base, 10, newest, 6);
    } else if (base.endsWith("_swiss.go")) {
      this.#add(base, 24, 25, 6);
    }
  }

  #seeName(name: string, file: string | null): void {
    if (name.startsWith("internal/runtime/maps.")) {
      this.#add("internal/runtime/maps", 24, newest, 6);
    } else if (name === "runtime.fatal") {
      this.#add("runtime.fatal", 19, newest, 6);
    } else if (name.includes("[...]") && file !== null) {
      this.#add("type parameters", 18, newest, 5);
    }
  }

  #seeArguments(name: string, printed: string): void {
    if (printed.includes("{")) {
      this.#add("braces in arguments", 17, newest, 5);
    } else if (name === "runtime.throw" && /^0x[0-9a-f]+, 0x[0-9a-f]+$/.test(printed)) {
      this.#add("arguments without braces", oldest, 16, 5);
    }
    if (printed.includes("?")) {
      this.#add('"?" in arguments', 18, newest, 5);
    }
    const heap = heapAddress.exec(printed)?.[0];
    if (heap !== undefined) {
      this.#seeHeap(heap);
    }
  }

  /** Where the heap lies: 0xc8… up to Go 1.6, 0xc4… up to 1.10, 0xc0… up to 1.25, anywhere from then on. */
  #seeHeap(address: string): void {
    if (address.startsWith("0xc8")) {
      this.#add("heap addresses 0xc8…", oldest, 6, 4);
    } else if (address.startsWith("0xc4")) {
      this.#add("heap addresses 0xc4…", 7, 10, 4);
    } else if (address.startsWith("0xc0")) {
      this.#add("heap addresses 0xc0…", 11, 25, 4);
    }
  }

  #name(from: string, version: string, trust: number): void {
    const minor = Number.parseInt(version.split(".")[1] ?? "", 10);
    this.#put({ range: [minor, minor], from, named: version, trust });
  }

  #add(from: string, low: number, high: number, trust: number): void {
    this.#put({ range: [low, high], from, named: null, trust });
  }

  #put(sign: Sign): void {
    if (this.#signs.size < maxSigns && !this.#signs.has(sign.from)) {
      this.#signs.set(sign.from, sign);
    }
  }

  /** The narrowest range that fits; null when nothing tells. `prose` is what the lines around the report say. */
  hint(prose: VersionSigns | null): GoVersionHint | null {
    if (this.#createdIn > 0) {
      this.#add('"in goroutine" after created by', 21, newest, 5);
    } else if (this.#created > 0) {
      this.#add('no "in goroutine" after created by', oldest, 20, 4);
    }
    const signs = [...this.#signs.values(), ...(prose?.all() ?? [])].toSorted((a, b) => b.trust - a.trust);
    return combine(signs);
  }

  /** All signs. */
  all(): Iterable<Sign> {
    return this.#signs.values();
  }
}

function combine(signs: readonly Sign[]): GoVersionHint | null {
  let [low, high] = [oldest - 1, newest + 1];
  let named: string | null = null;
  let from: string[] = [];
  for (const sign of signs) {
    const [nextLow, nextHigh] = [Math.max(low, sign.range[0]), Math.min(high, sign.range[1])];
    if (nextLow > nextHigh) {
      continue; // it disagrees with what is to be trusted more
    }
    if (nextHigh - nextLow < high - low) {
      from = sign.range[0] === sign.range[1] ? [sign.from] : [...from, sign.from];
      [low, high] = [nextLow, nextHigh];
    }
    named ??= sign.named;
  }
  if (from.length === 0) {
    return null;
  }
  [low, high] = [Math.max(low, oldest), Math.min(high, Math.max(newest, low))];
  return {
    text: named ?? rangeText(low, high),
    from: from.slice(0, 3).join(", "),
    exact: low === high,
    minor: [low, high],
  };
}

function rangeText(low: number, high: number): string {
  if (low === high) {
    return `1.${low}`;
  }
  if (high >= newest) {
    return `1.${low} or newer`;
  }
  if (low <= oldest) {
    return `1.${high} or older`;
  }
  return high - low === 1 ? `1.${low} or 1.${high}` : `1.${low} to 1.${high}`;
}

/** A version: `1.9`, `1.22.1`, `1.27rc1`. */
const version = String.raw`1\.\d{1,2}(?:\.\d{1,3})?(?:(?:rc|beta)\d{1,2})?`;
/** `/usr/local/go1.22.1`, `/opt/hostedtoolcache/go/1.20.3/x64`, `toolchain@v0.0.1-go1.22.3.linux-amd64`, `go-1.19`. */
const gorootVersion = new RegExp(
  String.raw`(?:^|[/@._-])(?:go|golang)[-_/@]?v?(?:versions/)?(${version})(?=$|[/._-])`,
  "gi",
);
const standardFile =
  /^(.*)\/src\/(?:runtime|internal|net|fmt|reflect|sync|testing|encoding|time|os|syscall|maps|text|log)\//;

function versionInGoroot(file: string): { version: string; path: string } | undefined {
  const goroot = file.length > 1_000 ? undefined : standardFile.exec(file)?.[1];
  if (goroot === undefined) {
    return undefined;
  }
  const found = [...goroot.matchAll(gorootVersion)].at(-1)?.[1];
  return found === undefined ? undefined : { version: found, path: `${goroot}/src` };
}

const proseVersion = new RegExp(
  String.raw`\bgo[ _-]?version:?["=: \t]{1,24}(?:is )?["'\x60]?(?:go ?)?v?(${version})\b|\bgo(${version}) (?:linux|darwin|windows|freebsd)[/ ]|\bruntime=go(${version})\b`,
  "i",
);

/** The version that a line of prose names. */
export function versionInProse(text: string): string | undefined {
  if (!/go/i.test(text.slice(0, 400))) {
    return undefined;
  }
  const found = proseVersion.exec(text.slice(0, 400));
  return found?.[1] ?? found?.[2] ?? found?.[3];
}

/** An address on the heap of a 64-bit system. */
const heapAddress = /\b0xc[048][0-9a-f]{8}\b/;

function remarkSince(remark: string): number | undefined {
  if (remark.startsWith("synctest")) {
    return remark.includes("bubble") ? 25 : 24;
  }
  return { leaked: 26, durable: 25 }[remark];
}
