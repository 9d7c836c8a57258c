/**
 * Makes the resolved program out of the files below a root: find, parse, group into packages, bind.
 */
import { setImmediate } from "node:timers/promises";
import { rootOf } from "./accesses/base.js";
import { type Expr, type FuncDecl, type GoFile, unparen, type ValueSpec } from "./ast.js";
import { Bindings } from "./bind/bindings.js";
import { FunctionTable } from "./bind/functions.js";
import { type BindWorld, PackageBinder, PackageUnit } from "./bind/package.js";
import { guessedName, knownPackage } from "./known/table.js";
import { noteOf } from "./notes.js";
import type { Grammar } from "./parse/grammar.js";
import { parseGo } from "./parse/parse.js";
import { type Program, type ProgramFunction } from "./program.js";
import { implementationsOf } from "./types/implementations.js";
import { type Package } from "./types/object.js";
import { TypeResolver } from "./types/resolver.js";
import { keyOfVariable, VariableTable } from "./variables.js";
import { type BuildTarget } from "./workspace/build-constraints.js";
import { type FoundFile, type FoundTree } from "./workspace/tree.js";
import {
  fittingFiles,
  type FoundPackage,
  groupPackages,
  ImportTable,
  modulesOutside,
  sourceModules,
} from "./workspace/packages.js";

/** Progress of long work: what is being done, and how much of it is done, from 0 to 1. */
export type Progress = (what: "read" | "parse" | "resolve" | "access", done: number) => void;

/** A program, and what was noticed on the way. */
export interface MadeProgram {
  readonly program: Program;
  readonly files: readonly GoFile[];
  readonly bindings: Bindings;
  readonly notes: readonly string[];
}

/** Makes the program of a tree. */
export async function makeProgram(
  tree: FoundTree,
  target: BuildTarget,
  grammar: Grammar,
  progress: Progress = () => undefined,
): Promise<MadeProgram> {
  const { fitting, leftOut } = fittingFiles(tree, target);
  const files = await parseFiles(grammar, fitting, progress);
  const packages = groupPackages(tree, files);
  const maker = new ProgramMaker(grammar, tree, packages);
  const program = await maker.make(progress);
  return {
    program,
    files,
    bindings: maker.bindings,
    notes: [
      ...tree.notes,
      ...noteOf("Outside the root and not read", modulesOutside(tree)),
      ...fileNotes(files, leftOut, target),
      ...maker.notes(),
    ],
  };
}

async function parseFiles(
  grammar: Grammar,
  found: readonly FoundFile[],
  progress: Progress,
): Promise<GoFile[]> {
  const files: GoFile[] = [];
  for (const [i, file] of found.entries()) {
    files.push(parseGo(grammar, file.path, file.text));
    if (i % 100 === 99) {
      progress("parse", i / found.length);
      // Signals and timers get their turn.
      await setImmediate();
    }
  }
  return files;
}

function fileNotes(files: readonly GoFile[], leftOut: readonly string[], target: BuildTarget): string[] {
  const damaged = files.filter((file) => file.syntaxErrors.length > 0);
  const cgo = files.filter((file) => file.imports.some((spec) => spec.path === "C"));
  return [
    ...noteOf(`Left out, as not part of a build for ${target.goos}/${target.goarch}`, leftOut),
    ...noteOf(
      "Could not be parsed in places",
      damaged.map((file) => `${file.path}:${file.syntaxErrors[0]}`),
    ),
    ...noteOf(
      "Types of C are not known, cgo is used in",
      cgo.map((file) => file.path),
    ),
  ];
}

/** Binds packages and answers questions about them. */
class ProgramMaker {
  readonly bindings = new Bindings();
  readonly #grammar: Grammar;
  readonly #tree: FoundTree;
  readonly #found: readonly FoundPackage[];
  readonly #functions = new FunctionTable();
  readonly #resolver = new TypeResolver(this.bindings);
  readonly #imports: ImportTable<PackageUnit>;
  readonly #others = new Map<string, PackageUnit>();
  readonly #missing = new Set<string>();
  #unbound: PackageBinder[] = [];

  constructor(grammar: Grammar, tree: FoundTree, found: readonly FoundPackage[]) {
    this.#grammar = grammar;
    this.#tree = tree;
    this.#found = found;
    this.#imports = new ImportTable(tree.modules.length > 0);
  }

  async make(progress: Progress): Promise<Program> {
    const units: PackageUnit[] = [];
    for (const found of this.#found) {
      const unit = new PackageUnit(found.path, found.name, found.files, "root");
      units.push(unit);
      this.#imports.add(unit, found);
      for (const file of found.files) {
        this.bindings.packages.set(file, unit);
      }
    }
    const binders = units.map((unit) => new PackageBinder(unit, this.#world(this.#functions)));
    for (const binder of binders) {
      binder.declare();
    }
    for (const [i, binder] of binders.entries()) {
      binder.bind();
      this.#bindKnown();
      const unit = units[i];
      if (unit !== undefined) {
        this.#addInitializers(unit);
      }
      if (i % 20 === 19) {
        progress("resolve", i / binders.length);
        await setImmediate();
      }
    }
    this.#bindKnown();
    return this.#program(units);
  }

  notes(): string[] {
    return noteOf("Nothing is known of the imported packages", [...this.#missing].toSorted());
  }

  #world(functions: FunctionTable | null): BindWorld {
    return {
      bindings: this.bindings,
      types: this.#resolver,
      functions,
      importPackage: (path, from) => this.#import(path, from),
    };
  }

  #import(path: string, from: Package): Package {
    const below = from instanceof PackageUnit ? this.#imports.find(path, from) : undefined;
    if (below !== undefined) {
      return below;
    }
    const other = this.#others.get(path);
    if (other !== undefined) {
      return other;
    }
    const file = path === "C" ? null : knownPackage(this.#grammar, path);
    if (file === null) {
      const unit = new PackageUnit(path, path === "C" ? "C" : guessedName(path), [], "missing");
      this.#others.set(path, unit);
      if (path !== "C" && from.origin === "root") {
        this.#missing.add(path);
      }
      return unit;
    }
    const unit = new PackageUnit(path, file.packageName, [file], "known");
    this.#others.set(path, unit);
    this.bindings.packages.set(file, unit);
    const binder = new PackageBinder(unit, this.#world(null));
    binder.declare();
    this.#unbound.push(binder);
    return unit;
  }

  #bindKnown(): void {
    while (this.#unbound.length > 0) {
      const binders = this.#unbound;
      this.#unbound = [];
      for (const binder of binders) {
        binder.bind();
      }
    }
  }

  /** What runs when a package is initialised, as a function for each file: the initial values of its variables. */
  #addInitializers(unit: PackageUnit): void {
    for (const file of unit.files) {
      const specs = file.decls.filter(
        (decl): decl is ValueSpec => decl.kind === "Value" && !decl.constant && decl.values.some(mayRun),
      );
      const [first] = specs;
      const last = specs.at(-1);
      if (first !== undefined && last !== undefined) {
        const range = { pos: first.pos, end: last.end };
        const decl: FuncDecl = {
          kind: "Func",
          ...range,
          name: { kind: "Ident", pos: first.pos, end: first.pos, name: "init", object: null },
          receiver: null,
          type: { kind: "FuncType", ...range, typeParams: [], params: [], results: [] },
          body: { kind: "Block", ...range, list: [{ kind: "DeclStmt", ...range, decls: specs }] },
        };
        this.#functions.addInitializer(decl, file, unit);
      }
    }
  }

  #program(units: readonly PackageUnit[]): Program {
    const resolver = this.#resolver;
    const functions = this.#functions;
    const variables = new VariableTable({
      typeOf: resolver.typeOf,
      objectOf: resolver.objectOf,
      selectionOf: resolver.selectionOf,
      calleeOf: resolver.calleeOf,
      functions: functions.list,
    });
    const byFile = new Map<GoFile, ProgramFunction[]>();
    for (const fun of functions.list) {
      const list = byFile.get(fun.sourceFile);
      if (list === undefined) {
        byFile.set(fun.sourceFile, [fun]);
      } else {
        list.push(fun);
      }
    }
    for (const list of byFile.values()) {
      list.sort((a, b) => a.node.pos - b.node.pos);
    }
    return {
      root: this.#tree.root,
      modules: sourceModules(this.#tree),
      packages: units,
      functions: functions.list,
      functionsOfFile: (file) => byFile.get(file) ?? [],
      functionOf: (node) => functions.indexOf(node),
      typeOf: resolver.typeOf,
      isType: resolver.isType,
      objectOf: resolver.objectOf,
      selectionOf: resolver.selectionOf,
      calleeOf: (call) => {
        const fun = unparen(call.fun);
        const literal = fun.kind === "FuncLit" ? functions.indexOf(fun) : undefined;
        return literal === undefined ? resolver.calleeOf(call) : { kind: "literal", function: literal };
      },
      literalFields: resolver.literalFields,
      implementations: implementationsOf(units),
      keyOf: keyOfVariable,
      baseOf: (expr) => {
        const object = rootOf(expr, resolver.objectOf);
        return object === null ? null : keyOfVariable(object);
      },
      variables,
    };
  }
}

/** Whether an initial value runs code that is worth looking at. */
function mayRun(expr: Expr): boolean {
  return expr.kind !== "BasicLit" && expr.kind !== "Ident" && expr.kind !== "FuncLit";
}
