/** The names that every program knows. */
import { basicTypes, byteType, runeType, stringType, untypedBool, untypedInt } from "./basic.js";
import { Constant, DeclaredFunc, DeclaredType, Variable } from "./declared.js";
import { type GoObject, type Package } from "./object.js";
import { type Interface, type Type } from "./type.js";

/** The package of what has no package. */
export const universePackage: Package = {
  path: "",
  name: "",
  scope: new Map<string, GoObject>(),
  files: [],
  origin: "known",
};

/** `interface{}`. */
export const emptyInterface: Interface = { kind: "Interface", methods: [], embedded: [], unions: [] };

const builtins = [
  "append",
  "cap",
  "clear",
  "close",
  "complex",
  "copy",
  "delete",
  "imag",
  "len",
  "make",
  "max",
  "min",
  "new",
  "panic",
  "print",
  "println",
  "real",
  "recover",
  "nil",
];

function alias(name: string, type: Type, isAlias = true): DeclaredType {
  return new DeclaredType(
    { name, ident: null, file: null, package: null, spec: null, alias: isAlias, function: null },
    () => type,
  );
}

function errorType(): DeclaredType {
  const method = new DeclaredFunc(
    {
      name: "Error",
      package: universePackage,
      file: null,
      decl: null,
      signatureNode: null,
      interfaceMethod: true,
    },
    () => ({
      kind: "Signature",
      typeParams: [],
      params: [],
      results: [
        new Variable(
          {
            name: "",
            role: "result",
            ident: null,
            file: null,
            package: universePackage,
            function: null,
          },
          () => stringType,
        ),
      ],
      variadic: false,
    }),
  );
  return alias("error", { kind: "Interface", methods: [method], embedded: [], unions: [] }, false);
}

function makeUniverse(): ReadonlyMap<string, GoObject> {
  const scope = new Map<string, GoObject>();
  for (const [name, type] of basicTypes) {
    scope.set(name, alias(name, type));
  }
  scope.set("byte", alias("byte", byteType));
  scope.set("rune", alias("rune", runeType));
  scope.set("any", alias("any", emptyInterface));
  scope.set("comparable", alias("comparable", emptyInterface, false));
  scope.set("error", errorType());
  for (const name of ["true", "false"]) {
    scope.set(name, new Constant(name, null, universePackage, () => untypedBool));
  }
  scope.set("iota", new Constant("iota", null, universePackage, () => untypedInt));
  for (const name of builtins) {
    scope.set(name, { kind: "Builtin", name });
  }
  return scope;
}

/** The scope around every package. */
export const universe = makeUniverse();
