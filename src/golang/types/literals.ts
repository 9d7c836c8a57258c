/** Strings and floating-point numbers as Go prints them (`%q`, `%v`). */

const simpleEscapes: Readonly<Record<number, string>> = {
  0x07: "\\a",
  0x08: "\\b",
  0x09: "\\t",
  0x0a: "\\n",
  0x0b: "\\v",
  0x0c: "\\f",
  0x0d: "\\r",
  0x22: '\\"',
  0x5c: "\\\\",
};

/** Letters, marks, numbers, punctuation, symbols; of the spaces only the ordinary one. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** How many bytes a UTF-8 character that begins with a byte has; 0 when none begins so. */
function sequenceLength(first: number): number {
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xc2 && first < 0xe0) {
    return 2;
  }
  if (first >= 0xe0 && first < 0xf0) {
    return 3;
  }
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/** Smallest code point that needs so many bytes: smaller ones are not valid that way. */
const smallest: readonly number[] = [0, 0, 0x80, 0x800, 0x1_0000];

/** The character at an offset; undefined when the bytes there are not UTF-8. */
function characterAt(
  bytes: Uint8Array,
  offset: number,
): { readonly code: number; readonly length: number } | undefined {
  const first = bytes[offset] ?? 0;
  const length = sequenceLength(first);
  if (length === 0 || offset + length > bytes.length) {
    return undefined;
  }
  let code = length === 1 ? first : first & (0xff >> (length + 1));
  for (let at = 1; at < length; at++) {
    const byte = bytes[offset + at] ?? 0;
    if ((byte & 0xc0) !== 0x80) {
      return undefined;
    }
    code = (code << 6) | (byte & 0x3f);
  }
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code < (smallest[length] ?? 0) || code > 0x10_ffff || isSurrogate ? undefined : { code, length };
}

function escaped(code: number): string {
  const simple = simpleEscapes[code];
  if (simple !== undefined) {
    return simple;
  }
  const character = String.fromCodePoint(code);
  if (printable.test(character)) {
    return character;
  }
  if (code < 0x20 || code === 0x7f) {
    return `\\x${code.toString(16).padStart(2, "0")}`;
  }
  return code < 0x1_0000
    ? `\\u${code.toString(16).padStart(4, "0")}`
    : `\\U${code.toString(16).padStart(8, "0")}`;
}

/** A string in double quotes; what is not UTF-8 or not printable is escaped, so it is safe on a terminal. */
export function quoted(bytes: Uint8Array): string {
  let text = '"';
  for (let at = 0; at < bytes.length;) {
    const character = characterAt(bytes, at);
    if (character === undefined) {
      text += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, "0")}`;
      at++;
    } else {
      text += escaped(character.code);
      at += character.length;
    }
  }
  return `${text}"`;
}

/** A number with so many digits; of two that are equally near it is the one with an even last digit, as Go has it. */
function withDigits(value: number, digits: number): number {
  // 21 digits tell all numbers in the middle between two with at most 9 digits from those beside it.
  const [mantissa = "", exponent = "0"] = value.toExponential(20).split("e");
  const [sign, figures] = mantissa.startsWith("-") ? ["-", mantissa.slice(1)] : ["", mantissa];
  const all = figures.replace(".", "");
  const kept = all.slice(0, digits);
  const isMiddle = /^50*$/.test(all.slice(digits));
  const isEven = "02468".includes(kept.at(-1) ?? "");
  return isMiddle && isEven
    ? Number(`${sign}${kept}e${Number(exponent) - digits + 1}`)
    : Number(value.toPrecision(digits));
}

/** The fewest digits that give a 32-bit number back, as a 64-bit number. */
function shortestFloat32(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = withDigits(value, digits);
    if (Math.fround(short) === value) {
      return short;
    }
  }
  return withDigits(value, 9);
}

/** A floating-point number with the fewest digits that give it back: `1.5`, `1e+06`, `NaN`, `+Inf`, `-0`. */
export function floatText(value: number, bits: 32 | 64): string {
  if (Number.isNaN(value)) {
    return "NaN";
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  if (Object.is(value, -0)) {
    return "-0";
  }
  const short = bits === 32 ? shortestFloat32(value) : value;
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-])(\d+)$/.exec(short.toExponential());
  if (match === null) {
    return String(short);
  }
  const [, sign = "", first = "", rest = "", exponentSign = "", digits = ""] = match;
  const exponent = Number(exponentSign + digits);
  if (exponent < -4 || exponent >= 6) {
    return `${sign}${first}${rest === "" ? "" : `.${rest}`}e${exponentSign}${digits.padStart(2, "0")}`;
  }
  const all = first + rest;
  if (exponent < 0) {
    return `${sign}0.${"0".repeat(-exponent - 1)}${all}`;
  }
  const whole = all.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = all.slice(exponent + 1);
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
