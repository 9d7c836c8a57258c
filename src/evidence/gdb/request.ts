/**
 * Requests to GDB. A request is an operation's name and its parameters; how they are written on a line is decided here alone, so that
 * nothing of a path, an argument or a program can end the line or become another request.
 */
import { MaptrapError } from "../../base/errors.js";

/** A text that would not fit into a request, because of what it holds. */
export class UnwritableRequestError extends MaptrapError {
  constructor(
    readonly operation: string,
    reason: string,
  ) {
    super(`a request to GDB (${operation}) cannot be written: ${reason}`);
  }
}

/** A parameter of letters that GDB reads the same with and without quotes. */
const plain = /^[A-Za-z0-9_./:+*@-]+$/;

/**
 * One line for GDB, with its line end.
 *
 * @param operation `exec-continue`: letters and hyphens
 * @param parameters texts of any kind; written as C strings where they are not plain words
 * @throws UnwritableRequestError for what no line can hold: a NUL byte
 */
export function writeRequest(token: number, operation: string, parameters: readonly string[]): string {
  if (!/^[a-z][a-z-]*$/.test(operation)) {
    throw new UnwritableRequestError(operation, "it is no operation's name");
  }
  const written = parameters.map((parameter) => writeParameter(operation, parameter));
  return `${token}-${[operation, ...written].join(" ")}\n`;
}

function writeParameter(operation: string, parameter: string): string {
  if (parameter.includes("\0")) {
    throw new UnwritableRequestError(operation, "a parameter holds a NUL byte");
  }
  if (plain.test(parameter)) {
    return parameter;
  }
  const text = parameter
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return `"${text}"`;
}
