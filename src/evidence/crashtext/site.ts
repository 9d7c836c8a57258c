/**
 * The place in the program to look at when a goroutine was in a map operation.
 *
 *     runtime.throw, runtime.mapaccess2                       the runtime
 *     reflect.Value.MapIndex, fmt.Sprintf                     the standard library on the way to the map
 *     zap.(*SugaredLogger).Infof, example.com/shop/log.Infof  wrappers: loggers, and other people's code that formats
 *     example.com/shop.(*Cache).remove                        the site
 */
import type { Operation } from "../../case/case.js";
import { packageOf } from "../../golang/standard-library.js";
import type { CodeOwners } from "./code.js";
import type { CrashFrame } from "./crash-text.js";
import { isFatalFunction, mapOperationOf } from "./map-functions.js";

/** What the top of a stack says about a map. */
export interface MapTop {
  /** What the goroutine does to the map; null when no frame at the top tells. */
  readonly operation: Operation | null;
  /** The frame of the runtime that tells it: the one nearest to the program. */
  readonly mapFrame: CrashFrame | null;
  /** All frames of the map at the top, innermost first. */
  readonly mapFrames: readonly { readonly frame: CrashFrame; readonly operation: Operation }[];
  /** Whether the runtime's function that stops the program is at the top. */
  readonly fatal: CrashFrame | null;
  readonly site: CrashFrame | null;
  /** The function that the program called at the site and that went to the map; null when it is the runtime itself. */
  readonly through: string | null;
}

/** Reads the top of a goroutine's stack. */
export function mapTopOf(frames: readonly CrashFrame[], owners: CodeOwners): MapTop {
  const mapFrames: { readonly frame: CrashFrame; readonly operation: Operation }[] = [];
  let fatal: CrashFrame | null = null;
  let below = 0;
  for (; below < frames.length; below++) {
    const frame = frames[below];
    if (frame === undefined) {
      break;
    }
    const found = mapOperationOf(frame.function);
    if (found === null && owners.of(frame) !== "runtime") {
      break;
    }
    if (isFatalFunction(frame.function)) {
      fatal = frame;
    }
    if (found !== null) {
      mapFrames.push({ frame, operation: found });
    }
  }
  const nearest = mapFrames.at(-1);
  return {
    operation: nearest?.operation ?? null,
    mapFrame: nearest?.frame ?? null,
    mapFrames,
    fatal,
    ...siteOf(frames.slice(below), owners),
  };
}

/** The site among the frames below the runtime's. */
function siteOf(
  frames: readonly CrashFrame[],
  owners: CodeOwners,
): { readonly site: CrashFrame | null; readonly through: string | null } {
  const first = frames[0];
  if (first === undefined) {
    return { site: null, through: null };
  }
  let at = 0;
  let formats = isFormatter(first, owners);
  while (at < frames.length && isOnTheWay(frames[at], owners, formats)) {
    formats ||= isFormatter(frames[at], owners);
    at++;
  }
  // A stack of wrappers only: the first one that is not the standard library's.
  const site = frames[at] ?? frames.find((frame) => owners.of(frame) !== "standard") ?? first;
  const index = frames.indexOf(site);
  return { site, through: index > 0 ? (frames[index - 1]?.function ?? null) : null };
}

/** Whether a frame is only on the way from the site to the map. */
function isOnTheWay(frame: CrashFrame | undefined, owners: CodeOwners, formats: boolean): boolean {
  if (frame === undefined) {
    return false;
  }
  switch (owners.of(frame)) {
    case "runtime":
    case "standard":
      return true;
    case "dependency":
      return formats;
    case "own":
      return formats && isLogger(frame);
    default:
      return false;
  }
}

/** Packages that walk through whatever they are given: what they are called with is the caller's business. */
const formatters =
  /^(?:fmt|log|log\/slog|reflect|expvar|text\/template|html\/template|encoding\/.{1,40}|internal\/fmtsort)$/;
/** Downloaded packages of this kind. */
const knownFormatters =
  /(?:json-iterator\/go|modern-go\/reflect2|bytedance\/sonic|goccy\/go-json|segmentio\/encoding|go-spew\/spew|mapstructure|copystructure|reflectwalk|deepcopy|gopkg\.in\/yaml|\/yaml|go-toml|BurntSushi\/toml|vmihailenco\/msgpack|ugorji\/go|kr\/pretty|go-cmp\/cmp|hashstructure|fatih\/structs)(?:$|[./])/i;

function isFormatter(frame: CrashFrame | undefined, owners: CodeOwners): boolean {
  if (frame === undefined) {
    return false;
  }
  const path = packageOf(frame.function);
  return owners.of(frame) === "standard" ? formatters.test(path) : knownFormatters.test(path);
}

const loggerPackage =
  /(?:^|\/)(?:\w*logs?|\w*logg(?:er|ers|ing)|glog|klog|zap|zapcore|logrus|zerolog|slog|log15)(?:\.v\d+)?(?:\/v\d+)?$/i;
const notLoggerPackage =
  /(?:catalog|blog|dialog|changelog|analog|backlog|prolog|epilog|binlog|commitlog)s?(?:\/v\d+)?$/i;
const loggerType = /\(\*?\w*(?:Logger|Log|LogEntry)\)\.|\.\w*Logger\./;
const loggerFile = /(?:^|[\\/])(?:\w*_)?(?:log|logs|logger|logging)(?:_\w*)?\.go$/i;
const logFunction =
  /(?:^|\.)(?:log|debug|info|notice|warn|warning|error|fatal|trace|verbose|print|critical|panic)(?:f|ln|w|s|kv|ctx|context|msg|depth)$/i;
const logWord =
  /(?:^|\.)(?:log|debug|info|notice|warn|warning|error|fatal|trace|verbose|print|critical|output|write)\w{0,12}$/i;

/** Whether a frame of the program's own is a logger's: it passes on what it was given to print. */
function isLogger(frame: CrashFrame): boolean {
  const path = packageOf(frame.function);
  if (loggerPackage.test(path) && !notLoggerPackage.test(path)) {
    return true;
  }
  if (loggerType.test(frame.function) || logFunction.test(frame.function)) {
    return true;
  }
  return logWord.test(frame.function) && loggerFile.test(frame.file ?? "");
}
