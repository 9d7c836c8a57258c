/**
 * The functions of a program, with the names that the runtime prints for them.
 *
 * A function literal is named after the function that it stands in: `main.run.func1`, and inside that one
 * `main.run.func1.1`. One in the initial value of a package's variable is `glob..func1` (Go 1.21 and later print
 * `init.func1`). The names of literals change a little with the version and with inlining, so places are what to look
 * functions up by.
 */
import { type FuncDecl, type FuncLit, type GoFile } from "../ast.js";
import { type ProgramFunction } from "../program.js";
import { type DeclaredFunc } from "../types/declared.js";
import { type Package } from "../types/object.js";

/** The path of a package as it stands in the names of functions. */
export function symbolPath(from: Package): string {
  if (from.name === "main") {
    return "main";
  }
  const slash = from.path.lastIndexOf("/");
  // In the last element of the path, dots are escaped.
  return from.path.slice(0, slash + 1) + from.path.slice(slash + 1).replaceAll(".", "%2e");
}

/** Collects the functions of a program. */
export class FunctionTable {
  readonly list: ProgramFunction[] = [];
  readonly #byNode = new Map<FuncDecl | FuncLit, number>();
  readonly #literals = new Map<number, number>();
  readonly #global = new Map<Package, number>();
  readonly #inits = new Map<Package, number>();

  /** The index of a function by its node. */
  indexOf(node: FuncDecl | FuncLit): number | undefined {
    return this.#byNode.get(node);
  }

  /** Adds a declared function or method. */
  addDeclared(decl: FuncDecl, object: DeclaredFunc, file: GoFile): number {
    const index = this.#add(decl, file, {
      name: this.#declaredName(decl, object),
      package: object.package,
      enclosing: null,
      object,
    });
    object.function = index;
    return index;
  }

  /** Adds a function literal; `enclosing` is null in the initial value of a package's variable. */
  addLiteral(literal: FuncLit, enclosing: number | null, file: GoFile, from: Package): number {
    return this.#add(literal, file, {
      name: this.#literalName(enclosing, from),
      package: from,
      enclosing,
      object: null,
    });
  }

  /** Adds what runs when a package is initialised. */
  addInitializer(decl: FuncDecl, file: GoFile, from: Package): number {
    return this.#add(decl, file, {
      name: `${symbolPath(from)}.init`,
      package: from,
      enclosing: null,
      object: null,
    });
  }

  #literalName(enclosing: number | null, from: Package): string {
    const outer = enclosing === null ? undefined : this.list[enclosing];
    if (enclosing === null || outer === undefined) {
      const number = (this.#global.get(from) ?? 0) + 1;
      this.#global.set(from, number);
      return `${symbolPath(from)}.glob..func${number}`;
    }
    const number = (this.#literals.get(enclosing) ?? 0) + 1;
    this.#literals.set(enclosing, number);
    return outer.node.kind === "FuncLit" ? `${outer.name}.${number}` : `${outer.name}.func${number}`;
  }

  #declaredName(decl: FuncDecl, object: DeclaredFunc): string {
    const prefix = symbolPath(object.package);
    const owner = object.receiverType;
    if (decl.receiver !== null) {
      const type = `${owner?.name ?? "?"}${owner !== null && owner.typeParams.length > 0 ? "[...]" : ""}`;
      return `${prefix}.${object.pointerReceiver ? `(*${type})` : type}.${object.name}`;
    }
    if (object.name === "init") {
      const number = this.#inits.get(object.package) ?? 0;
      this.#inits.set(object.package, number + 1);
      return `${prefix}.init.${number}`;
    }
    return `${prefix}.${object.name}${decl.type.typeParams.length > 0 ? "[...]" : ""}`;
  }

  #add(
    node: FuncDecl | FuncLit,
    file: GoFile,
    what: Pick<ProgramFunction, "name" | "enclosing" | "object"> & { readonly package: Package },
  ): number {
    const index = this.list.length;
    const object = what.object;
    const receiver = node.kind === "Func" ? node.receiver : null;
    this.list.push({
      index,
      node,
      sourceFile: file,
      sourcePackage: what.package,
      object,
      name: what.name,
      package: what.package.path,
      file: file.path,
      startLine: file.position(node.pos).line,
      endLine: file.position(Math.max(node.pos, node.end - 1)).line,
      enclosing: what.enclosing,
      receiver:
        receiver === null || object === null
          ? null
          : {
              type: object.receiverType?.name ?? "?",
              pointer: object.pointerReceiver,
              name: receiver.names[0]?.name ?? null,
            },
      inTest: file.path.endsWith("_test.go"),
      generated: file.generated,
    });
    this.#byNode.set(node, index);
    return index;
  }
}
