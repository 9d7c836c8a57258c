/** From the text of a program to what it consists of. */
import {
  type Expression,
  type GoroutineDeclaration,
  type KeyKind,
  type MapDeclaration,
  type ObjectDeclaration,
  type Operator,
  type Place,
  type Program,
  ProgramSyntaxError,
  type Statement,
} from "./syntax.js";
import { StatementParser } from "./statements.js";
import { checkProgram } from "./checks.js";
import { TokenReader } from "./token-reader.js";

const objectKinds = new Set(["mutex", "rwmutex", "waitgroup", "chan", "var"]);
/** Words between two goroutines on one line. */
const beside = new Set(["beside", "||", "|"]);

/**
 * Reads a program.
 *
 * @throws ProgramSyntaxError with the place
 */
export function parseProgram(text: string): Program {
  const reader = new TokenReader(text);
  const maps: MapDeclaration[] = [];
  const objects: ObjectDeclaration[] = [];
  const goroutines: Omit<GoroutineDeclaration, "started">[] = [];
  const statements: Statement[] = [];
  for (reader.skipNewlines(true); !reader.atEnd(); reader.skipNewlines(true)) {
    const name = reader.name("a declaration or a goroutine (`a: m[1]=2`)");
    if (name.text === "map") {
      maps.push(parseMap(reader));
    } else if (objectKinds.has(name.text) && !reader.is(":")) {
      objects.push(parseObject(reader, name.text));
    } else {
      reader.expect(":", `after ${name.text}`);
      const body = new StatementParser(reader, statements).untilGoroutineEnds(beside);
      goroutines.push({ name: name.text, place: name.place, body });
      continue;
    }
    if (!reader.atEnd() && !reader.atNewline() && !reader.is(";") && !beside.has(reader.peek().text)) {
      // Declarations may share a line.
      const next = reader.peek();
      if (next.text !== "map" && !objectKinds.has(next.text)) {
        reader.fail(`${next.text} does not belong here; a goroutine begins on a line of its own`);
      }
    }
  }
  return checkProgram({ text, maps, objects, goroutines, statements });
}

function parseMap(reader: TokenReader): MapDeclaration {
  const name = reader.name("the map's name").text;
  let key: KeyKind = "int";
  if (reader.take("[")) {
    const kind = reader.name("int, int32 or string");
    if (kind.text !== "int" && kind.text !== "int32" && kind.text !== "string") {
      throw reader.error(kind.place, `keys are int, int32 or string, not ${kind.text}`);
    }
    key = kind.text;
    reader.expect("]", "after the kind of keys");
  }
  const hint = reader.take("hint") ? reader.number("how many elements there is to be room for") : 0;
  const entries: { key: number | string; value: number }[] = [];
  if (reader.take("{")) {
    while (!reader.take("}")) {
      entries.push(...parseEntries(reader, key));
      if (!reader.take(",")) {
        reader.expect("}", "after the entries");
        break;
      }
    }
  }
  return { name, key, hint, entries };
}

/** `1: 10`, or `0..7` for entries with the keys 0 to 7 and values ten times the key and 1. */
function parseEntries(reader: TokenReader, kind: KeyKind): { key: number | string; value: number }[] {
  const token = reader.next();
  const isString = token.kind === "string";
  if (token.kind !== "number" && !isString) {
    throw reader.error(token.place, 'a key is wanted here, such as 1 or "tea"');
  }
  if (isString !== (kind === "string")) {
    throw reader.error(token.place, `the map's keys are of kind ${kind}`);
  }
  if (!isString && reader.take(".")) {
    reader.expect(".", "in a range of keys, such as 0..7");
    const first = Number(token.text);
    const last = reader.number("the last key");
    if (last < first || last - first > 100_000) {
      throw reader.error(token.place, "the range of keys is empty or too long");
    }
    return Array.from({ length: last - first + 1 }, (_, index) => ({
      key: first + index,
      value: (first + index) * 10 + 1,
    }));
  }
  reader.expect(":", "between key and value");
  const value = reader.number("the value");
  return [{ key: isString ? token.text.slice(1, -1) : Number(token.text), value }];
}

function parseObject(reader: TokenReader, kind: string): ObjectDeclaration {
  const { text: name } = reader.name(`the name of the ${kind}`);
  const hasValue = reader.take("=") || reader.peek().kind === "number";
  const value = hasValue ? reader.number("a number") : 0;
  switch (kind) {
    case "mutex":
    case "rwmutex":
    case "waitgroup":
    case "chan":
    case "var":
      return { kind, name, value };
    default:
      throw new RangeError(`${kind} is no kind of object`);
  }
}

export type { Expression, Operator, Place };
export { ProgramSyntaxError };
