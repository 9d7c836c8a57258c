/** What binding found out: tables keyed by nodes of the trees. */
import { type CompositeLit, type Expr, type GoFile, type Ident, type StructType } from "../ast.js";
import { type GoObject, type Package, type VarObject } from "../types/object.js";
import { universePackage } from "../types/universe.js";

/** Where a composite literal without a type stands. */
export interface OuterLiteral {
  readonly literal: CompositeLit;
  /** It is a key, not an element. */
  readonly key: boolean;
  /** For an element without a key: its place, for struct literals. */
  readonly index: number;
}

/** Who declares a struct type. */
export interface StructOwner {
  /** `Cache`, or `Cache.inner` for a struct without a name inside it. */
  readonly name: string;
}

/** Tables about all files that were bound. */
export class Bindings {
  /** What an identifier declares or means. */
  readonly objects = {
    get: (ident: Ident): GoObject | undefined => ident.object ?? undefined,
    set: (ident: Ident, object: GoObject): void => {
      ident.object = object;
    },
  };
  /** For composite literals without a type. */
  readonly outer = new Map<CompositeLit, OuterLiteral>();
  readonly owners = new Map<StructType, StructOwner>();
  /** The file that a struct or interface type stands in. */
  readonly fileOf = new Map<Expr, GoFile>();
  /** The one expression that gives a local variable its first value, where there is one. */
  readonly initial = new Map<VarObject, Expr>();
  /** The package of a file. */
  readonly packages = new Map<GoFile, Package>();

  /** The package of a file, or the universe for none. */
  packageOf(file: GoFile | null): Package {
    return (file === null ? undefined : this.packages.get(file)) ?? universePackage;
  }
}
