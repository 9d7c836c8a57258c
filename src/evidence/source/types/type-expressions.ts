/** The types that type expressions denote, and signatures. */
import {
  type Expr,
  type Field,
  type FuncType,
  type Ident,
  type InterfaceType,
  type StructType,
} from "../ast.js";
import { type Bindings } from "../bind/bindings.js";
import { sliceOf } from "./basic.js";
import { DeclaredFunc, NamedType, Variable } from "./declared.js";
import { type GoObject, type VarObject } from "./object.js";
import { type Signature, type Struct, type Type, type TypeParam, underlying } from "./type.js";
import { universePackage } from "./universe.js";

/** Answers for type expressions. */
export class TypeExpressions {
  readonly #bindings: Bindings;
  readonly #typeOf: (expr: Expr) => Type;

  constructor(bindings: Bindings, typeOf: (expr: Expr) => Type) {
    this.#bindings = bindings;
    this.#typeOf = typeOf;
  }

  #objectOf(ident: Ident): GoObject | null {
    return this.#bindings.objects.get(ident) ?? null;
  }

  /** The type that a type expression denotes. */
  typeOf(
    expr: Extract<
      Expr,
      { kind: "ArrayType" | "MapType" | "ChanType" | "StructType" | "InterfaceType" | "FuncType" }
    >,
  ): Type {
    switch (expr.kind) {
      case "ArrayType":
        return { kind: expr.slice ? "Slice" : "Array", element: this.#typeOf(expr.element) };
      case "MapType":
        return { kind: "Map", key: this.#typeOf(expr.key), element: this.#typeOf(expr.value) };
      case "ChanType":
        return { kind: "Chan", element: this.#typeOf(expr.value) };
      case "StructType":
        return this.#struct(expr);
      case "InterfaceType":
        return this.#interface(expr);
      case "FuncType":
        return this.signature(expr);
      default:
        return expr satisfies never;
    }
  }

  #struct(expr: StructType): Struct {
    const owner = this.#bindings.owners.get(expr)?.name ?? null;
    const file = this.#bindings.fileOf.get(expr) ?? null;
    const from = this.#bindings.packageOf(file);
    const fields: VarObject[] = [];
    for (const field of expr.fields) {
      const names = field.names.length > 0 ? field.names : embeddedName(field);
      for (const ident of names) {
        const variable = new Variable(
          {
            name: ident.name,
            role: "field",
            ident,
            file,
            package: from,
            function: null,
            embedded: field.names.length === 0,
            owner,
          },
          () => this.#typeOf(field.type),
        );
        fields.push(variable);
        if (field.names.length > 0) {
          this.#bindings.objects.set(ident, variable);
        }
      }
    }
    return { kind: "Struct", fields };
  }

  #interface(expr: InterfaceType): Type {
    const file = this.#bindings.fileOf.get(expr) ?? null;
    const methods = expr.methods.map((method) => {
      const object = new DeclaredFunc(
        {
          name: method.name.name,
          package: this.#bindings.packageOf(file),
          file,
          decl: null,
          signatureNode: method.type,
          interfaceMethod: true,
        },
        () => this.signature(method.type),
      );
      this.#bindings.objects.set(method.name, object);
      return object;
    });
    const embedded: Type[] = [];
    const unions: Type[][] = [];
    for (const terms of expr.embedded) {
      const types = terms.flatMap((term) => this.#terms(term, 0));
      const [only] = types;
      if (types.length === 1 && only !== undefined && mayBeInterface(only, terms[0])) {
        embedded.push(only);
      } else {
        unions.push(types);
      }
    }
    return { kind: "Interface", methods, embedded, unions };
  }

  #terms(expr: Expr, depth: number): Type[] {
    if (expr.kind === "Binary" && expr.op === "|" && depth < 50) {
      return [...this.#terms(expr.x, depth + 1), ...this.#terms(expr.y, depth + 1)];
    }
    return [this.#typeOf(expr.kind === "Unary" ? expr.x : expr)];
  }

  /** The signature of a function type. */
  signature(type: FuncType): Signature {
    const typeParams: TypeParam[] = [];
    for (const field of type.typeParams) {
      for (const ident of field.names) {
        const object = this.#objectOf(ident);
        if (object?.kind === "Type" && object.type.kind === "TypeParam") {
          typeParams.push(object.type);
        }
      }
    }
    return {
      kind: "Signature",
      typeParams,
      params: this.#variables(type.params, "parameter"),
      results: this.#variables(type.results, "result"),
      variadic: type.params.at(-1)?.variadic ?? false,
    };
  }

  #variables(fields: readonly Field[], role: "parameter" | "result"): VarObject[] {
    return fields.flatMap((field) => {
      if (field.names.length === 0) {
        const type = this.#typeOf(field.type);
        return [unnamed(field.variadic ? sliceOf(type) : type, role)];
      }
      return field.names.map((ident) => {
        const object = this.#objectOf(ident);
        return object?.kind === "Var" ? object : unnamed(this.#typeOf(field.type), role);
      });
    });
  }
}

/** A parameter or result without a name. */
export function unnamed(type: Type, role: "parameter" | "result"): VarObject {
  return new Variable(
    { name: "", role, ident: null, file: null, package: universePackage, function: null },
    () => type,
  );
}

/** An element of an interface with one term is an embedded interface unless it is plainly a type. */
function mayBeInterface(type: Type, term: Expr | undefined): boolean {
  if (term?.kind === "Unary") {
    return false;
  }
  const isInstance = type instanceof NamedType;
  return isInstance
    ? underlying(type).kind === "Interface" || underlying(type).kind === "Unknown"
    : type.kind === "Interface";
}

function embeddedName(field: Field): Ident[] {
  let type = field.type;
  for (;;) {
    switch (type.kind) {
      case "Star":
      case "Paren":
      case "Index":
        type = type.x;
        break;
      case "Selector":
        return [type.sel];
      case "Ident":
        return [type];
      default:
        return [];
    }
  }
}
