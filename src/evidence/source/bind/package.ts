/**
 * Binds a package: first everything that is declared at the top of its files, then the names in it.
 */
import {
  type Expr,
  type Field,
  type FuncDecl,
  type GoFile,
  type ImportSpec,
  type ValueSpec,
} from "../ast.js";
import {
  DeclaredFunc,
  DeclaredType,
  emptySignature,
  Parameter,
  TypeParamName,
  Variable,
} from "../types/declared.js";
import { type GoObject, type Package } from "../types/object.js";
import { type Signature } from "../types/type.js";
import { universe } from "../types/universe.js";
import { bindAll, bindExpr, bindSignature, declareFields } from "./bind-expr.js";
import { bindBody, bindTypeSpec, constant, valueType } from "./bind-stmt.js";
import { type Bindings } from "./bindings.js";
import { type BindContext, type TypeQuestions } from "./context.js";
import { type FunctionTable } from "./functions.js";
import { Scope } from "./scope.js";

/** A package whose top is filled as its files are declared. */
export class PackageUnit implements Package {
  readonly scope = new Map<string, GoObject>();
  /** Methods whose receiver's type is not declared in this package. */
  readonly strayMethods: DeclaredFunc[] = [];

  constructor(
    readonly path: string,
    readonly name: string,
    readonly files: readonly GoFile[],
    readonly origin: Package["origin"],
  ) {}
}

/** What binding needs from around the package. */
export interface BindWorld {
  readonly bindings: Bindings;
  readonly types: TypeQuestions & { readonly signatureOf: (decl: FuncDecl) => Signature };
  /** null for packages of which only the declarations are of interest. */
  readonly functions: FunctionTable | null;
  readonly importPackage: (path: string, from: Package) => Package;
}

/** Binds a package in two steps, so that packages may refer to each other in any order. */
export class PackageBinder {
  readonly #unit: PackageUnit;
  readonly #world: BindWorld;
  readonly #contexts = new Map<GoFile, BindContext>();

  constructor(unit: PackageUnit, world: BindWorld) {
    this.#unit = unit;
    this.#world = world;
  }

  /** Declares what stands at the top of its files. */
  declare(): void {
    const methods: [FuncDecl, GoFile][] = [];
    for (const file of this.#unit.files) {
      let last: ValueSpec | null = null;
      for (const decl of file.decls) {
        if (decl.kind === "Func") {
          if (decl.receiver === null) {
            this.#declareFunc(decl, file);
          } else {
            methods.push([decl, file]);
          }
        } else if (decl.kind === "Type") {
          this.#declareType(decl, file);
        } else if (decl.constant) {
          last = decl.values.length > 0 || decl.type !== null ? decl : last;
          this.#declareConsts(decl, last ?? decl, file);
        } else {
          this.#declareVars(decl, file);
        }
      }
    }
    for (const [decl, file] of methods) {
      this.#declareMethod(decl, file);
    }
  }

  /** Binds the names in its declarations, and in the bodies of its functions. */
  bind(): void {
    for (const file of this.#unit.files) {
      for (const decl of file.decls) {
        if (decl.kind === "Type") {
          const object = this.#world.bindings.objects.get(decl.name);
          if (object instanceof DeclaredType) {
            bindTypeSpec(this.#context(file), decl, object, new Scope(null));
          }
        }
      }
    }
    for (const file of this.#unit.files) {
      const b = this.#context(file);
      for (const decl of file.decls) {
        if (decl.kind === "Func") {
          this.#bindFunc(b, decl);
        } else if (decl.kind === "Value") {
          const scope = new Scope(null);
          bindAll(b, decl.type === null ? decl.values : [decl.type, ...decl.values], scope);
        }
      }
    }
  }

  #context(file: GoFile): BindContext {
    let context = this.#contexts.get(file);
    if (context === undefined) {
      context = {
        bindings: this.#world.bindings,
        types: this.#world.types,
        file,
        package: this.#unit,
        functions: this.#world.functions,
        outside: this.#outside(file),
        function: null,
        body: bindBody,
      };
      this.#contexts.set(file, context);
    }
    return context;
  }

  #outside(file: GoFile): (name: string) => GoObject | undefined {
    const imports = new Map<string, GoObject>();
    const dots: Package[] = [];
    for (const spec of file.imports) {
      this.#import(spec, imports, dots);
    }
    return (name) => {
      const found = this.#unit.scope.get(name) ?? imports.get(name);
      if (found !== undefined) {
        return found;
      }
      for (const dot of dots) {
        const object = dot.scope.get(name);
        if (object !== undefined && object.kind !== "Package") {
          return object;
        }
      }
      return universe.get(name);
    };
  }

  #import(spec: ImportSpec, imports: Map<string, GoObject>, dots: Package[]): void {
    if (spec.name?.name === "_" || spec.path === "") {
      return;
    }
    const imported = this.#world.importPackage(spec.path, this.#unit);
    if (spec.name?.name === ".") {
      dots.push(imported);
      return;
    }
    const name = spec.name?.name ?? imported.name;
    imports.set(name, { kind: "Package", name, package: imported });
  }

  #set(name: string, object: GoObject): void {
    // Where build tags let two declarations of a name stand, the first counts.
    if (name !== "_" && !this.#unit.scope.has(name)) {
      this.#unit.scope.set(name, object);
    }
  }

  #declareFunc(decl: FuncDecl, file: GoFile): void {
    const object = this.#funcObject(decl, file);
    if (decl.name.name !== "init") {
      this.#set(decl.name.name, object);
    }
  }

  #funcObject(decl: FuncDecl, file: GoFile): DeclaredFunc {
    const { types } = this.#world;
    const object = new DeclaredFunc(
      {
        name: decl.name.name,
        package: this.#unit,
        file,
        decl,
        signatureNode: decl.type,
        interfaceMethod: false,
      },
      () => types.signatureOf(decl) ?? emptySignature,
    );
    this.#world.bindings.objects.set(decl.name, object);
    return object;
  }

  #declareMethod(decl: FuncDecl, file: GoFile): void {
    const object = this.#funcObject(decl, file);
    const { base, pointer } = receiverBase(decl.receiver);
    object.pointerReceiver = pointer;
    const owner = base === null ? undefined : this.#unit.scope.get(base);
    if (owner instanceof DeclaredType) {
      object.receiverType = owner;
      if (!owner.methods.has(object.name)) {
        owner.methods.set(object.name, object);
      }
    } else {
      this.#unit.strayMethods.push(object);
    }
  }

  #declareType(decl: Extract<GoFile["decls"][number], { kind: "Type" }>, file: GoFile): void {
    const { types } = this.#world;
    const object = new DeclaredType(
      {
        name: decl.name.name,
        ident: decl.name,
        file,
        package: this.#unit,
        spec: decl,
        alias: decl.alias,
        function: null,
      },
      () => types.typeOf(decl.type),
    );
    this.#world.bindings.objects.set(decl.name, object);
    this.#set(decl.name.name, object);
  }

  #declareConsts(decl: ValueSpec, from: ValueSpec, file: GoFile): void {
    const b = this.#context(file);
    for (const [i, ident] of decl.names.entries()) {
      const object = constant(b, ident, from, i);
      this.#world.bindings.objects.set(ident, object);
      this.#set(ident.name, object);
    }
  }

  #declareVars(decl: ValueSpec, file: GoFile): void {
    const b = this.#context(file);
    for (const [i, ident] of decl.names.entries()) {
      const object = new Variable(
        { name: ident.name, role: "global", ident, file, package: this.#unit, function: null },
        () => valueType(b, decl, i),
      );
      this.#world.bindings.objects.set(ident, object);
      this.#set(ident.name, object);
    }
  }

  #bindFunc(b: BindContext, decl: FuncDecl): void {
    const object = this.#world.bindings.objects.get(decl.name);
    if (!(object instanceof DeclaredFunc)) {
      return;
    }
    const scope = new Scope(null);
    if (b.functions !== null && decl.body !== null) {
      b.function = b.functions.addDeclared(decl, object, b.file);
    }
    if (decl.receiver !== null) {
      bindReceiver(b, decl.receiver, object, scope);
    }
    if (b.functions === null || decl.body === null) {
      bindSignature(b, decl.type, scope);
    } else {
      bindBody(b, decl.type, decl.body, scope);
    }
    b.function = null;
  }
}

function receiverBase(receiver: Field | null): { base: string | null; pointer: boolean } {
  let type: Expr | undefined = receiver?.type;
  let pointer = false;
  while (type !== undefined) {
    switch (type.kind) {
      case "Paren":
        type = type.x;
        break;
      case "Star":
        pointer = true;
        type = type.x;
        break;
      case "Index":
        type = type.x;
        break;
      case "Ident":
        return { base: type.name, pointer };
      default:
        return { base: null, pointer };
    }
  }
  return { base: null, pointer };
}

/** The type parameters of a receiver are those of its type, under names of its own. */
function bindReceiver(b: BindContext, receiver: Field, object: DeclaredFunc, scope: Scope): void {
  let type = receiver.type;
  while (type.kind === "Star" || type.kind === "Paren") {
    type = type.x;
  }
  if (type.kind === "Index") {
    for (const [i, argument] of type.indices.entries()) {
      if (argument.kind === "Ident") {
        const param =
          object.receiverType?.typeParams[i] ?? new Parameter(argument.name, i, () => ({ kind: "Unknown" }));
        const name = new TypeParamName(argument.name, argument, param);
        b.bindings.objects.set(argument, name);
        scope.declare(argument.name, name);
      }
    }
  }
  bindExpr(b, receiver.type, scope);
  declareFields(b, [receiver], "receiver", scope);
}
