/**
 * The objects behind the names, as they are made.
 *
 * Types of objects are worked out when they are first asked for. An object that is asked for its type while that is being
 * worked out (possible in unsound programs only) answers `unknown`.
 */
import { type FuncDecl, type FuncType, type GoFile, type Ident, type TypeSpec } from "../ast.js";
import {
  type ConstObject,
  type FuncObject,
  type Package,
  type TypeObject,
  type VarObject,
} from "./object.js";
import { type Named, type Signature, type Type, type TypeParam, unknown } from "./type.js";

/** A value that is worked out once. */
export class Lazy<T> {
  #value: T | undefined;
  #make: (() => T) | null;
  readonly #meanwhile: T;

  constructor(make: () => T, meanwhile: T) {
    this.#make = make;
    this.#meanwhile = meanwhile;
  }

  /** The value. */
  get(): T {
    const make = this.#make;
    if (make === null) {
      return this.#value ?? this.#meanwhile;
    }
    this.#make = null;
    this.#value = make();
    return this.#value;
  }
}

/** What is known of a variable when its name is bound. */
export interface VarInit {
  readonly name: string;
  readonly role: VarObject["role"];
  readonly ident: Ident | null;
  readonly file: GoFile | null;
  readonly package: Package;
  readonly function: number | null;
  readonly embedded?: boolean;
  readonly owner?: string | null;
  readonly origin?: VarObject;
}

/** A variable, parameter, result, receiver or field. */
export class Variable implements VarObject {
  readonly kind = "Var";
  readonly name: string;
  readonly role: VarObject["role"];
  readonly ident: Ident | null;
  readonly file: GoFile | null;
  readonly package: Package;
  readonly embedded: boolean;
  readonly origin: VarObject;
  readonly owner: string | null;
  readonly function: number | null;
  readonly #type: Lazy<Type>;

  constructor(init: VarInit, type: () => Type) {
    this.name = init.name;
    this.role = init.role;
    this.ident = init.ident;
    this.file = init.file;
    this.package = init.package;
    this.embedded = init.embedded ?? false;
    this.owner = init.owner ?? null;
    this.function = init.function;
    this.origin = init.origin ?? this;
    this.#type = new Lazy(type, unknown);
  }

  get type(): Type {
    return this.#type.get();
  }
}

/** A constant. */
export class Constant implements ConstObject {
  readonly kind = "Const";
  readonly package: Package;
  readonly #type: Lazy<Type>;

  constructor(
    readonly name: string,
    readonly ident: Ident | null,
    from: Package,
    type: () => Type,
  ) {
    this.package = from;
    this.#type = new Lazy(type, unknown);
  }

  get type(): Type {
    return this.#type.get();
  }
}

/** What is known of a type's name when it is bound. */
export interface TypeInit {
  readonly name: string;
  readonly ident: Ident | null;
  readonly file: GoFile | null;
  readonly package: Package | null;
  readonly spec: TypeSpec | null;
  readonly alias: boolean;
  readonly function: number | null;
}

/** A declared type or an alias. */
export class DeclaredType implements TypeObject {
  readonly kind = "Type";
  readonly name: string;
  readonly ident: Ident | null;
  readonly file: GoFile | null;
  readonly package: Package | null;
  readonly spec: TypeSpec | null;
  readonly alias: boolean;
  readonly function: number | null;
  readonly methods = new Map<string, DeclaredFunc>();
  /** Its own type parameters; set when the declaration is bound. */
  typeParams: readonly TypeParam[] = [];
  /** The type on the right of its declaration. */
  readonly right: Lazy<Type>;
  readonly #type: Lazy<Type>;

  constructor(init: TypeInit, right: () => Type) {
    this.name = init.name;
    this.ident = init.ident;
    this.file = init.file;
    this.package = init.package;
    this.spec = init.spec;
    this.alias = init.alias;
    this.function = init.function;
    this.right = new Lazy(right, unknown);
    this.#type = new Lazy(
      () => (this.alias ? this.right.get() : new NamedType(this, this.typeParams, () => this.right.get())),
      unknown,
    );
  }

  get type(): Type {
    return this.#type.get();
  }
}

/** The name of a type parameter. */
export class TypeParamName implements TypeObject {
  readonly kind = "Type";
  readonly file: GoFile | null = null;
  readonly package: Package | null = null;
  readonly spec = null;
  readonly alias = false;
  readonly function = null;
  readonly methods = new Map<string, DeclaredFunc>();

  constructor(
    readonly name: string,
    readonly ident: Ident | null,
    readonly type: TypeParam,
  ) {}
}

/** A type parameter. */
export class Parameter implements TypeParam {
  readonly kind = "TypeParam";
  readonly #constraint: Lazy<Type>;

  constructor(
    readonly name: string,
    readonly index: number,
    constraint: () => Type,
  ) {
    this.#constraint = new Lazy(constraint, unknown);
  }

  get constraint(): Type {
    return this.#constraint.get();
  }
}

/** A declared type with its type arguments. */
export class NamedType implements Named {
  readonly kind = "Named";
  readonly #underlying: Lazy<Type>;

  constructor(
    readonly object: DeclaredType,
    readonly args: readonly Type[],
    right: () => Type,
  ) {
    this.#underlying = new Lazy(() => {
      const type = right();
      return type.kind === "Named" ? type.underlying : type;
    }, unknown);
  }

  get underlying(): Type {
    return this.#underlying.get();
  }
}

/** What is known of a function when its name is bound. */
export interface FuncInit {
  readonly name: string;
  readonly package: Package;
  readonly file: GoFile | null;
  readonly decl: FuncDecl | null;
  readonly signatureNode: FuncType | null;
  readonly interfaceMethod: boolean;
}

/** No parameters, no results. */
export const emptySignature: Signature = {
  kind: "Signature",
  typeParams: [],
  params: [],
  results: [],
  variadic: false,
};

/** A function, a method, or a method of an interface. */
export class DeclaredFunc implements FuncObject {
  readonly kind = "Func";
  readonly name: string;
  readonly package: Package;
  readonly file: GoFile | null;
  readonly decl: FuncDecl | null;
  readonly signatureNode: FuncType | null;
  readonly interfaceMethod: boolean;
  receiverType: DeclaredType | null = null;
  pointerReceiver = false;
  function: number | null = null;
  readonly #type: Lazy<Signature>;

  constructor(init: FuncInit, type: () => Signature) {
    this.name = init.name;
    this.package = init.package;
    this.file = init.file;
    this.decl = init.decl;
    this.signatureNode = init.signatureNode;
    this.interfaceMethod = init.interfaceMethod;
    this.#type = new Lazy(type, emptySignature);
  }

  get type(): Signature {
    return this.#type.get();
  }
}
