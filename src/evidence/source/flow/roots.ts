/** Functions that begin a goroutine, or are begun, without a statement in the source that says so. */
import { type StartEdge } from "../facts.js";
import { type ProgramFunction } from "../program.js";
import { type Type } from "../types/type.js";
import { namedType, qualifiedName } from "./kinds.js";
import { type Model } from "./model.js";

/** How a function is begun by the runtime, the testing package or a server. */
export interface Root {
  readonly how: StartEdge["how"];
  readonly many: boolean;
}

const contexts =
  /^(?:net\/http\.ResponseWriter|github\.com\/gin-gonic\/gin\.Context|github\.com\/labstack\/echo(?:\/v\d+)?\.Context|github\.com\/gofiber\/fiber(?:\/v\d+)?\.Ctx|github\.com\/valyala\/fasthttp\.RequestCtx)$/;

/** How a function is begun by itself; null when somebody in the source has to call it. */
export function rootOf(model: Model, func: ProgramFunction, isUsed: boolean): Root | null {
  const { object, node } = func;
  if (node.kind === "Func" && func.receiver === null) {
    const root = rootFunction(func, node.name.name, model.infos[func.index]?.parallel === true);
    if (root !== null) {
      return root;
    }
  }
  if (isUsed) {
    return null;
  }
  const [first] = model.infos[func.index]?.params ?? [];
  if (first !== undefined && isRequest(first.type) && (object !== null || func.enclosing === null)) {
    return { how: "http-handler", many: true };
  }
  return null;
}

function rootFunction(func: ProgramFunction, name: string, parallel: boolean): Root | null {
  if (name === "main" && func.sourcePackage.name === "main") {
    return { how: "main", many: false };
  }
  if (name === "init") {
    return { how: "init", many: false };
  }
  if (!func.inTest) {
    return null;
  }
  if (name === "TestMain" || /^(?:Benchmark|Fuzz|Example)(?:[^a-z]|$)/.test(name)) {
    return { how: "test", many: false };
  }
  return /^Test(?:[^a-z]|$)/.test(name) ? { how: parallel ? "parallel-test" : "test", many: false } : null;
}

function isRequest(type: Type): boolean {
  const named = namedType(type);
  return named !== null && contexts.test(qualifiedName(named));
}
