/** What a name in a Go program stands for. */
import { type Expr, type FuncDecl, type FuncType, type GoFile, type Ident, type TypeSpec } from "../ast.js";
import { type Signature, type Type } from "./type.js";

/** A package: one below the root, or one that is only imported. */
export interface Package {
  /** The import path; of an external test package with `_test` at the end. */
  readonly path: string;
  readonly name: string;
  /** What is declared at its top. */
  readonly scope: ReadonlyMap<string, GoObject>;
  /** Its files; empty when it is not below the root. */
  readonly files: readonly GoFile[];
  /** `root`: below the root and looked at. `known`: only its declarations are known. `missing`: nothing is known. */
  readonly origin: "root" | "known" | "missing";
}

/** A variable, parameter, result, receiver or field. */
export interface VarObject {
  readonly kind: "Var";
  readonly name: string;
  readonly role: "global" | "local" | "parameter" | "result" | "receiver" | "field";
  /** Where its name stands; null for a parameter or result without a name. */
  readonly ident: Ident | null;
  readonly file: GoFile | null;
  readonly package: Package;
  readonly embedded: boolean;
  /** For a field of an instance of a generic type: the field as declared. Else itself. */
  readonly origin: VarObject;
  /** For a field: the name of the struct type that declares it, or null for a struct without a name. */
  readonly owner: string | null;
  /** The function that it belongs to: its index in {@link Program.functions}; null for globals and fields. */
  readonly function: number | null;
  readonly type: Type;
}

export interface ConstObject {
  readonly kind: "Const";
  readonly name: string;
  readonly ident: Ident | null;
  readonly package: Package;
  readonly type: Type;
}

/** A declared type, an alias, or a type parameter. */
export interface TypeObject {
  readonly kind: "Type";
  readonly name: string;
  readonly ident: Ident | null;
  readonly file: GoFile | null;
  readonly package: Package | null;
  readonly spec: TypeSpec | null;
  readonly alias: boolean;
  /** What its name alone means: for a generic type the instance with its own type parameters. */
  readonly type: Type;
  /** Methods by name. */
  readonly methods: ReadonlyMap<string, FuncObject>;
  /** Declared inside this function, or null. */
  readonly function: number | null;
}

/** A function, a method, or a method of an interface. */
export interface FuncObject {
  readonly kind: "Func";
  readonly name: string;
  readonly package: Package;
  readonly file: GoFile | null;
  /** null for a method of an interface and for what is only known by its signature. */
  readonly decl: FuncDecl | null;
  readonly signatureNode: FuncType | null;
  /** For a method: the type that it belongs to. null for functions and for methods of interfaces. */
  readonly receiverType: TypeObject | null;
  readonly pointerReceiver: boolean;
  readonly interfaceMethod: boolean;
  readonly type: Signature;
  /** Its index in {@link Program.functions}, or null when it has no body below the root. */
  readonly function: number | null;
}

export interface PackageObject {
  readonly kind: "Package";
  readonly name: string;
  readonly package: Package;
}

/** `len`, `append` … and `nil`. */
export interface BuiltinObject {
  readonly kind: "Builtin";
  readonly name: string;
}

export type GoObject = VarObject | ConstObject | TypeObject | FuncObject | PackageObject | BuiltinObject;

/** What `x.f` selects. */
export interface Selection {
  readonly kind: "field" | "method";
  readonly object: VarObject | FuncObject;
  /** The embedded fields that are gone through before it, from the outside in. */
  readonly path: readonly VarObject[];
  /** The type of the value or method, with type arguments put in. */
  readonly type: Type;
  /** A method is selected on a type: `T.Method`. */
  readonly ofType: boolean;
}

/** What a call calls. */
export type Callee =
  | { readonly kind: "conversion"; readonly type: Type }
  | { readonly kind: "builtin"; readonly name: string }
  /** A function or method that is known; `interfaceMethod` of it says that the call is dynamic. */
  | { readonly kind: "function"; readonly object: FuncObject; readonly receiver: Expr | null }
  /** A function literal that is called where it stands. */
  | { readonly kind: "literal"; readonly function: number }
  /** A function value. */
  | { readonly kind: "value"; readonly type: Type }
  /** A function of a package of which nothing is known: `path.Name`. */
  | { readonly kind: "unknown"; readonly package: string | null; readonly name: string | null };
