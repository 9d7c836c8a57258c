/** Finds all accesses to maps in a program. */
import { type Call, type Expr, type GoFile, unparen } from "../ast.js";
import { type Bindings } from "../bind/bindings.js";
import { type FoundAccess, type Program, type ProgramFunction } from "../program.js";
import { type Operation } from "../../../case/case.js";
import { baseKeyOf } from "./base.js";
import { throughLibrary } from "./through.js";
import { walkBlock, type WalkWorld } from "./walk.js";

/** All accesses of a program, function by function. */
export function findAccesses(
  program: Program,
  bindings: Bindings,
  step: (done: number) => void = () => undefined,
): FoundAccess[] {
  const found: FoundAccess[] = [];
  for (const fun of program.functions) {
    const { body } = fun.node;
    if (body !== null) {
      walkBlock(worldOf(program, bindings, fun, found), body);
    }
    if (fun.index % 500 === 499) {
      step(fun.index / program.functions.length);
    }
  }
  return found;
}

function worldOf(
  program: Program,
  bindings: Bindings,
  fun: ProgramFunction,
  found: FoundAccess[],
): WalkWorld {
  const file = fun.sourceFile;
  const add = (operation: Operation, map: Expr, at: Expr): void => {
    found.push({
      operation,
      function: fun.index,
      file,
      map,
      at,
      variable: program.variables.ofExpr(map, file),
      through: null,
      base: baseKeyOf(program, map),
      manner: null,
    });
  };
  return {
    typeOf: program.typeOf,
    isType: program.isType,
    builtinOf: (call) => builtinOf(program, call),
    access: add,
    call: (call) => {
      for (const access of throughLibrary(program, bindings, call, file)) {
        found.push({ ...access, function: fun.index, file, at: call });
      }
    },
  };
}

function builtinOf(program: Program, call: Call): string | null {
  const fun = unparen(call.fun);
  if (fun.kind !== "Ident") {
    return null;
  }
  const object = program.objectOf(fun);
  return object?.kind === "Builtin" ? object.name : null;
}

/** Where an access is, as the runtime counts lines: an index expression is where its bracket is, a call where its arguments begin. */
export function placeOf(file: GoFile, map: Expr, at: Expr): { line: number; column: number } {
  const start = file.position(at.kind === "Index" ? map.pos : at.pos);
  if (at.kind !== "Index" && at.kind !== "Call") {
    return start;
  }
  const from = at.kind === "Index" ? at.x.end : at.fun.end;
  const exact = file.position(skipBlanks(file.text, from));
  return exact.line === start.line ? start : exact;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && (text[at] === " " || text[at] === "\t")) {
    at++;
  }
  return at;
}
