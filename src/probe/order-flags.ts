/**
 * The compiler flags by which plain atomic operations are seen, put together with the user's own.
 *
 * `-gcflags=PATTERN=FLAGS` may be given several times: for each package the last one counts whose pattern fits, and it
 * replaces those before it. So the user's cannot simply be joined to ours: each of the user's is repeated with ours
 * added, followed by those of ours that name a part of the same packages.
 *
 * **Which packages** are compiled with calls: all, but for those of {@link withoutCalls}. These are packages of the standard library that
 * compute much (without intrinsics, math/bits is ordinary Go code) and into which no plain atomic operation can be inlined on which
 * a program could rely: neither they nor what they import have one. That was found by listing, for each supported Go version, on Linux and
 * Windows, every package of the standard library whose files call a plain function for numbers or LoadPointer, and looking for it in the imports, and
 * the imports' imports, of each package here. Not counted are those whose plain operations order nothing for others:
 *
 * - runtime and runtime/…; sync, whose locks are told as wholes (Once and Map are changed to methods of types); syscall (handles of DLLs);
 * - internal/… : internal/poll tells of its own lock as a whole, internal/bisect and internal/fuzz work for themselves, internal/sync is as sync;
 * - crypto/internal/…, crypto/rand (1.19) and hash/crc32 (up to 1.21): "has this been set up", of their own tables and buffers;
 * - os (1.19, and Windows up to 1.22): a process's handle. os itself is compiled with calls.
 */
import { splitFlags, takeEachFlag } from "../golang/goflags.js";
import { callsFlag, callsMark } from "../golang/plain-atomics.js";
import type { Toolchain } from "../golang/toolchain.js";

/** Calls operations of the runtime's by linkname: from Go 1.23 on a program in which these are calls cannot be linked. */
const linked = "sync";

/** Packages that stay as they are, also when they are what is tested. */
const never = ["runtime/...", "internal/...", linked, "sync/atomic", "syscall", "unsafe"];

/** Packages that are compiled without calls. */
export const withoutCalls: readonly string[] = [
  ...(
    "archive/... bufio bytes cmp compress/... container/... crypto/... embed encoding/... errors fmt hash/... html " +
    "image/... index/... io/... iter maps math/... path/... reflect regexp/... slices sort strconv strings " +
    "text/... time unicode/... unique vendor/golang.org/x/crypto/... weak"
  ).split(" "),
  ...never,
];

/** Packages among these that are compiled with calls nevertheless: they import package net, or have atomic operations of their own. */
const withCalls = ["crypto/tls", "crypto/x509"];

/** What is to hold for the packages that a pattern names; an empty pattern stands for the packages of the command line. */
interface Rule {
  readonly pattern: string;
  readonly flags: string;
}

const baseRules: readonly Rule[] = [
  { pattern: "all", flags: callsFlag },
  ...withoutCalls.map((pattern) => ({ pattern, flags: "" })),
  ...withCalls.map((pattern) => ({ pattern, flags: callsFlag })),
];

/**
 * Adds what order needs to build flags.
 *
 * @param flags build flags of this call; what follows `-args` is left alone
 * @param toolchain whose GOFLAGS may hold more
 * @param named import paths of the packages that are built or tested. Packages of the standard library among them, and so their tests, are
 *   compiled with calls too
 * @returns the flags, with all `-gcflags` in front
 */
export function withOrderFlags(
  flags: readonly string[],
  toolchain: Pick<Toolchain, "goflags" | "minor">,
  named: readonly string[] = [],
): string[] {
  const inCall = takeEachFlag(flags, "gcflags");
  const inGoflags = takeEachFlag(splitFlags(toolchain.goflags, toolchain.minor >= 20), "gcflags");
  const users = [...inGoflags.values, ...inCall.values];
  const usersOwn = usersRules(users);
  const last = { pattern: linked, flags: flagsFor(linked, usersOwn, named) };
  const values = [...mergeRules(usersOwn, rulesFor(named)), last].map(({ pattern, flags: own }) =>
    pattern === "" ? own : `${pattern}=${own}`,
  );
  return [...[...values, callsMark].map((value) => `-gcflags=${value}`), ...inCall.rest];
}

function rulesFor(named: readonly string[]): Rule[] {
  const again = named.filter(
    (path) =>
      withoutCalls.some((pattern) => fits(pattern, path)) && !never.some((pattern) => fits(pattern, path)),
  );
  return [...baseRules, ...again.map((pattern) => ({ pattern, flags: callsFlag }))];
}

/** The user's values as rules, without what an earlier call of {@link withOrderFlags} put among them. */
function usersRules(values: readonly string[]): Rule[] {
  const rules = values.map(parseRule);
  if (!values.includes(callsMark)) {
    return rules.map(withoutCallsFlag);
  }
  const ours = new Set(
    [...baseRules, parseRule(callsMark)].map(({ pattern, flags }) => `${pattern}=${flags}`),
  );
  return rules.filter(({ pattern, flags }) => !ours.has(`${pattern}=${flags}`)).map(withoutCallsFlag);
}

/** Reads a value as the go command does. */
function parseRule(value: string): Rule {
  const text = value.trim();
  const equals = text.indexOf("=");
  if (text === "" || text.startsWith("-") || equals <= 0) {
    return { pattern: "", flags: text };
  }
  return { pattern: text.slice(0, equals).trim(), flags: text.slice(equals + 1).trim() };
}

function withoutCallsFlag({ pattern, flags }: Rule): Rule {
  const words = flags.split(" ");
  return words.includes(callsFlag)
    ? { pattern, flags: words.filter((word) => word !== callsFlag).join(" ") }
    : { pattern, flags };
}

/** The flags that the user's rules give a package of the standard library. */
function flagsFor(path: string, users: readonly Rule[], named: readonly string[]): string {
  const forIt = ({ pattern }: Rule): boolean =>
    pattern === "" ? named.includes(path) : ["all", "std"].includes(pattern) || fits(pattern, path);
  return users.findLast(forIt)?.flags ?? "";
}

/** Rules by which each package gets the flags that the user's rules and ours give it. */
function mergeRules(users: readonly Rule[], ours: readonly Rule[]): Rule[] {
  const merged = [...ours];
  for (const { pattern, flags } of users) {
    if (pattern === "all" || pattern === "...") {
      merged.push(...ours.map((rule) => ({ pattern: rule.pattern, flags: both(flags, rule.flags) })));
      continue;
    }
    merged.push({ pattern, flags: both(flags, callsFlag) });
    for (const rule of ours.slice(1)) {
      const common = pattern === "" ? undefined : commonPattern(pattern, rule.pattern);
      if (common !== undefined) {
        merged.push({ pattern: common, flags: both(flags, rule.flags) });
      }
    }
  }
  return merged;
}

function both(users: string, ours: string): string {
  return users === "" || ours === "" ? users + ours : `${users} ${ours}`;
}

/**
 * The pattern for the packages that both of two patterns name; undefined when there are none, or no one pattern names them. Then a
 * package is compiled with calls that need not be, which is only slower.
 */
function commonPattern(users: string, ours: string): string | undefined {
  if (users === "std" || covers(users, ours)) {
    return ours;
  }
  return covers(ours, users) ? users : undefined;
}

/** Whether a pattern names all packages that another one does. */
function covers(wide: string, narrow: string): boolean {
  // No path holds this character, so only a wildcard can stand for it.
  return fits(wide, narrow.replace(/\/\.\.\.$/, "")) && fits(wide, narrow.replaceAll("...", "\u0001"));
}

/** Whether a pattern of the go command names an import path. */
function fits(pattern: string, path: string): boolean {
  const text = pattern.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("\\.\\.\\.", ".*");
  return new RegExp(`^${text.replace(/\/\.\*$/, "(?:/.*)?")}$`, "s").test(path);
}
