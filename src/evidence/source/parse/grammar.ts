/** The grammar of Go, as tree-sitter's WebAssembly, and a parser for it. Where the grammar lies is in grammar-file.ts. */
import { Language, Parser } from "web-tree-sitter";

/** A parser of Go, and what its node numbers mean. */
export interface Grammar {
  readonly parser: Parser;
  /** The name of a node by its number. */
  readonly typeNames: readonly string[];
  /** Whether a node of this number is named, that is, not a mere token; comments do not count. */
  readonly named: readonly boolean[];
  /** Whether a node of this number may be a field that is of interest: it is named, or the token of an operator. */
  readonly kept: readonly boolean[];
  /** Whether the children of a node of this number are no fields of it. */
  readonly plain: readonly boolean[];
  /** Whether nothing of interest is inside a node of this number. */
  readonly leaf: readonly boolean[];
  /** The name of a field by its number; "" for 0. */
  readonly fieldNames: readonly string[];
}

const operator = /^[-+*/%&|^<>=!~]+$/u;
const leaves = new Set([
  "blank_identifier",
  "false",
  "field_identifier",
  "float_literal",
  "identifier",
  "imaginary_literal",
  "int_literal",
  "interpreted_string_literal",
  "iota",
  "label_name",
  "nil",
  "package_identifier",
  "raw_string_literal",
  "rune_literal",
  "true",
  "type_identifier",
]);
/** Whose children are no fields. */
const plain = new Set([
  "argument_list",
  "block",
  "defer_statement",
  "expression_list",
  "expression_statement",
  "field_declaration_list",
  "go_statement",
  "import_spec_list",
  "literal_element",
  "literal_value",
  "parameter_list",
  "parenthesized_expression",
  "pointer_type",
  "return_statement",
  "source_file",
  "statement_list",
  "var_spec_list",
]);
/**
 * Makes a parser for the grammar.
 *
 * @param wasm the bytes of the grammar
 * @param engine the bytes of tree-sitter's own WebAssembly, where it cannot be found beside its code
 */
export async function makeGrammar(wasm: Uint8Array, engine?: Uint8Array): Promise<Grammar> {
  await Parser.init(engine === undefined ? undefined : { wasmBinary: engine });
  const language = await Language.load(wasm);
  const parser = new Parser();
  parser.setLanguage(language);
  const typeNames: string[] = [];
  const named: boolean[] = [];
  const kept: boolean[] = [];
  const leaf: boolean[] = [];
  const plainTypes: boolean[] = [];
  for (let id = 0; id < language.nodeTypeCount; id++) {
    const name = language.nodeTypeForId(id) ?? "";
    typeNames.push(name);
    named.push(language.nodeTypeIsNamed(id) && name !== "comment");
    plainTypes.push(plain.has(name));
    leaf.push(!language.nodeTypeIsNamed(id) || leaves.has(name));
    kept.push(named[id] === true || operator.test(name));
  }
  const fieldNames = [""];
  for (let id = 1; id <= language.fieldCount; id++) {
    fieldNames.push(language.fieldNameForId(id) ?? "");
  }
  return { parser, typeNames, named, kept, plain: plainTypes, leaf, fieldNames };
}
