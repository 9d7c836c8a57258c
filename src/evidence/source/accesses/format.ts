/** What a format string does with its arguments. */
import { type Call, type GoFile } from "../ast.js";

/**
 * Whether the content of an argument is looked at: `%T` and `%p` do not.
 *
 * @param call the call
 * @param file its file
 * @param formatIndex which argument is the format
 * @param index which of the arguments after the format
 */
export function contentIsRead(call: Call, file: GoFile, formatIndex: number, index: number): boolean {
  const format = call.args[formatIndex];
  if (format?.kind !== "BasicLit" || format.literal !== "string") {
    return true;
  }
  const text = file.text.slice(format.pos, format.end);
  // With explicit indexes or widths from arguments the order is not simply the order of the verbs.
  if (/%[^%a-zA-Z]*[[*]/u.test(text)) {
    return true;
  }
  const verbs = [...text.matchAll(/%[-+# 0-9.]*(?<verb>[a-zA-Z%])/gu)]
    .map((match) => match.groups?.["verb"] ?? "")
    .filter((verb) => verb !== "%");
  const verb = verbs[index];
  return verb !== "T" && verb !== "p";
}
