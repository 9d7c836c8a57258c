/** Which library functions go to the maps that they are given, and what they do there. */
import { type Operation } from "../../../case/case.js";
import { comparing, decoding, encoding, type Manner, printing, template } from "./reach.js";

/** What a function does. */
export type Rule =
  /** To the maps that are its arguments: the operations on each. */
  | { readonly kind: "arguments"; readonly operations: readonly (readonly Operation[])[] }
  /** To the map that it is a method of. */
  | { readonly kind: "receiver"; readonly operations: readonly Operation[] }
  /** To the maps that are reached from its arguments, from one of them on. */
  | {
      readonly kind: "values";
      readonly from: number;
      /** The argument before the first is a format. */
      readonly format: boolean;
      readonly operations: readonly Operation[];
      readonly manner: Manner;
    }
  /** To the map behind the reflect.Value that it is a method of. */
  | { readonly kind: "reflect"; readonly operation: Operation };

function args(...operations: readonly (readonly Operation[])[]): Rule {
  return { kind: "arguments", operations };
}

function receiver(...operations: readonly Operation[]): Rule {
  return { kind: "receiver", operations };
}

function print(from: number, format = false): Rule {
  return { kind: "values", from, format, operations: ["iterate"], manner: printing };
}

function encode(from: number): Rule {
  // Some versions of encoding/json iterate, others take the keys and then read.
  return { kind: "values", from, format: false, operations: ["iterate", "read"], manner: encoding };
}

function decode(from: number): Rule {
  return { kind: "values", from, format: false, operations: ["write"], manner: decoding };
}

function execute(from: number): Rule {
  return { kind: "values", from, format: false, operations: ["read", "iterate"], manner: template };
}

function reflect(operation: Operation): Rule {
  return { kind: "reflect", operation };
}

const compare: Rule = {
  kind: "values",
  from: 0,
  format: false,
  operations: ["iterate", "read"],
  manner: comparing,
};

const mapFunctions: Readonly<Record<string, Rule>> = {
  All: args(["iterate"]),
  Keys: args(["iterate"]),
  Values: args(["iterate"]),
  Insert: args(["write"]),
  Copy: args(["write"], ["iterate"]),
  DeleteFunc: args(["iterate", "delete"]),
  Equal: args(["iterate"], ["read"]),
  EqualFunc: args(["iterate"], ["read"]),
};

const headerMethods: Readonly<Record<string, Rule>> = {
  Add: receiver("write"),
  Set: receiver("write"),
  Del: receiver("delete"),
  Get: receiver("read"),
  Values: receiver("read"),
  Has: receiver("read"),
  Clone: receiver("iterate"),
  Write: receiver("iterate"),
  WriteSubset: receiver("iterate"),
  Encode: receiver("iterate"),
};

const loggerMethods: Readonly<Record<string, Rule>> = Object.fromEntries(
  ["Print", "Fatal", "Panic"].flatMap((name) => [
    [name, print(0)],
    [`${name}ln`, print(0)],
    [`${name}f`, print(1, true)],
  ]),
);

const slogFunctions: Readonly<Record<string, Rule>> = {
  Any: print(1),
  AnyValue: print(0),
  Group: print(1),
  With: print(0),
  ...Object.fromEntries(
    ["Debug", "Info", "Warn", "Error"].flatMap((name) => [
      [name, print(1)],
      [`${name}Context`, print(2)],
    ]),
  ),
  Log: print(3),
};

const testMethods: Readonly<Record<string, Rule>> = Object.fromEntries(
  ["Error", "Fatal", "Log", "Skip"].flatMap((name) => [
    [name, print(0)],
    [`${name}f`, print(1, true)],
  ]),
);

const marshalFunctions: Readonly<Record<string, Rule>> = {
  Marshal: encode(0),
  MarshalIndent: encode(0),
  Unmarshal: decode(1),
};

/** By package, then by `Name` or `Type.Name`. */
const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  // Where the runtime clones a map by iterating, that is what it complains about.
  maps: { ...mapFunctions, Clone: args(["clone", "iterate"]) },
  "golang.org/x/exp/maps": { ...mapFunctions, Clone: args(["iterate"]), Clear: args(["clear"]) },
  fmt: {
    Print: print(0),
    Println: print(0),
    Printf: print(1, true),
    Sprint: print(0),
    Sprintln: print(0),
    Sprintf: print(1, true),
    Fprint: print(1),
    Fprintln: print(1),
    Fprintf: print(2, true),
    Append: print(1),
    Appendln: print(1),
    Appendf: print(2, true),
    Errorf: print(1, true),
  },
  log: { ...loggerMethods, ...methods("Logger", loggerMethods) },
  "log/slog": { ...slogFunctions, ...methods("Logger", slogFunctions) },
  testing: {
    ...methods("T", testMethods),
    ...methods("B", testMethods),
    ...methods("F", testMethods),
    ...testMethods,
  },
  "encoding/json": { ...marshalFunctions, "Encoder.Encode": encode(0), "Decoder.Decode": decode(0) },
  "encoding/xml": { ...marshalFunctions, "Encoder.Encode": encode(0), "Decoder.Decode": decode(0) },
  "encoding/gob": { "Encoder.Encode": encode(0), "Decoder.Decode": decode(0) },
  "text/template": { "Template.Execute": execute(1), "Template.ExecuteTemplate": execute(2) },
  "html/template": { "Template.Execute": execute(1), "Template.ExecuteTemplate": execute(2) },
  reflect: {
    DeepEqual: compare,
    "Value.MapRange": reflect("iterate"),
    "Value.MapKeys": reflect("iterate"),
    "Value.MapIndex": reflect("read"),
    "Value.SetMapIndex": reflect("write"),
    "Value.Clear": reflect("clear"),
    "Value.Len": reflect("length"),
    "Value.Seq": reflect("iterate"),
    "Value.Seq2": reflect("iterate"),
    "MapIter.Next": reflect("iterate"),
  },
  "net/http": methods("Header", headerMethods),
  "net/textproto": methods("MIMEHeader", headerMethods),
  "net/url": methods("Values", headerMethods),
  "net/mail": methods("Header", headerMethods),
  "google.golang.org/grpc/metadata": {
    "MD.Get": receiver("read"),
    "MD.Set": receiver("write"),
    "MD.Append": receiver("write"),
    "MD.Copy": receiver("iterate"),
    New: args(["iterate"]),
  },
  "github.com/sirupsen/logrus": { WithFields: args(["iterate"]), "Logger.WithFields": args(["iterate"]) },
};

function methods(type: string, table: Readonly<Record<string, Rule>>): Record<string, Rule> {
  return Object.fromEntries(Object.entries(table).map(([name, rule]) => [`${type}.${name}`, rule]));
}

/** The rule for a function or method of a package; null when there is none. */
export function ruleOf(path: string, type: string | null, name: string): Rule | null {
  if (!Object.hasOwn(rules, path)) {
    return null;
  }
  const table = rules[path] ?? {};
  const key = type === null ? name : `${type}.${name}`;
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}

/** What a function of an unknown package probably does, going by its name. */
export function ruleByName(name: string): Rule | null {
  if (/^(?:Marshal|Encode)/u.test(name)) {
    return encode(0);
  }
  if (/^(?:Unmarshal|Decode)/u.test(name)) {
    return decode(0);
  }
  if (/^(?:Execute|ExecuteTemplate|Render)$/u.test(name)) {
    return execute(0);
  }
  if (/^(?:Print|Debug|Info|Warn|Warning|Error|Fatal|Panic|Trace|Log|Sprint)f$/u.test(name)) {
    return print(1, true);
  }
  if (/^(?:Print|Debug|Info|Warn|Warning|Error|Fatal|Panic|Trace|Log|Sprint)(?:ln|w)?$/u.test(name)) {
    return print(0);
  }
  if (/^(?:Any|Reflect|Interface|WithField|WithFields|With|KV)$/u.test(name)) {
    return print(0);
  }
  if (/^(?:Equal|NotEqual|EqualValues|DeepEqual|Diff)$/u.test(name)) {
    return compare;
  }
  if (/^(?:Copy|DeepCopy|Clone)$/u.test(name)) {
    return args(["iterate"]);
  }
  if (/^Merge$/u.test(name)) {
    return args(["write"], ["iterate"]);
  }
  return /^(?:JSON|IndentedJSON|XML|YAML|Dump|Sdump)$/u.test(name) ? encode(0) : null;
}
