/**
 * Flags of the go command as text: GOFLAGS, and values such as that of -exec.
 *
 * Flags are separated by blanks. A flag as a whole may stand in single or double quotes; there are no escapes, and a quote
 * inside a flag is an ordinary character. Go 1.19 does not know quotes in GOFLAGS, so no flag there can hold a blank.
 */
import { MaptrapError } from "../base/errors.js";

const blank = /[ \t\r\n]/;

/**
 * Splits flags as Go does.
 *
 * @param quoting whether quotes are understood: in GOFLAGS from Go 1.20 on, in -exec always
 */
export function splitFlags(text: string, quoting: boolean): string[] {
  const flags: string[] = [];
  let rest = text.trimStart();
  while (rest !== "") {
    const quote = rest.charAt(0);
    const quoted = quoting && (quote === "'" || quote === '"');
    const end = quoted ? rest.indexOf(quote, 1) : rest.search(blank);
    if (quoted && end === -1) {
      throw new MaptrapError(`a quote is not closed in these flags: ${text}`, { wayOut: "close it" });
    }
    const stop = end === -1 ? rest.length : end;
    flags.push(rest.slice(quoted ? 1 : 0, stop));
    rest = rest.slice(quoted ? stop + 1 : stop).trimStart();
  }
  return flags;
}

/**
 * Joins flags so that Go reads them back as they are.
 *
 * @param quoting as for {@link splitFlags}
 */
export function joinFlags(flags: readonly string[], quoting: boolean): string {
  return flags.map((flag) => quoteFlag(flag, quoting)).join(" ");
}

function quoteFlag(flag: string, quoting: boolean): string {
  const startsQuoted = flag.startsWith("'") || flag.startsWith('"');
  if (flag !== "" && !blank.test(flag) && !(quoting && startsQuoted)) {
    return flag;
  }
  if (quoting && !flag.includes("'")) {
    return `'${flag}'`;
  }
  if (quoting && !flag.includes('"')) {
    return `"${flag}"`;
  }
  throw new MaptrapError(`Go cannot be given this flag as text: ${flag}`, {
    wayOut: quoting
      ? "use a path that does not hold both kinds of quotes"
      : "Go 1.19 understands no quotes in GOFLAGS: use a path without blanks (XDG_CACHE_HOME moves the cache folder)",
  });
}

/** One flag taken out of a list. */
export interface TakenFlag {
  /** The value of its last occurrence, which is the one that counts; undefined when it does not occur. */
  readonly value: string | undefined;
  /** The other arguments, in their order. */
  readonly rest: readonly string[];
}

/**
 * Takes a flag with a value out of a list of arguments, in each form that Go's flag package reads: `-name=value`,
 * `--name=value`, `-name value`. What comes after `-args` belongs to the test binary and is left alone.
 */
export function takeFlag(args: readonly string[], name: string): TakenFlag {
  const { values, rest } = takeEachFlag(args, name);
  return { value: values.at(-1), rest };
}

/** As {@link takeFlag}, for a flag that counts each time: all its values, in their order. */
export function takeEachFlag(
  args: readonly string[],
  name: string,
): { readonly values: readonly string[]; readonly rest: readonly string[] } {
  const rest: string[] = [];
  const values: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? "";
    if (argument === "-args" || argument === "--args") {
      rest.push(...args.slice(index));
      break;
    }
    const [flag, ...after] = argument.replace(/^--?(?=[^-])/, "-").split("=");
    if (flag !== `-${name}`) {
      rest.push(argument);
    } else if (after.length > 0) {
      values.push(after.join("="));
    } else {
      index += 1;
      const value = args[index];
      if (value !== undefined) {
        values.push(value);
      }
    }
  }
  return { values, rest };
}
