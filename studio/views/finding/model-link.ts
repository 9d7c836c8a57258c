/** A finding's two operations as a program of the model, so that a person can see what they can do to each other. */
import { toBase64Url } from "../../../src/base/base64url.js";
import type { Case, Finding, Operation } from "../../../src/case/case.js";

/** The params of the model view: the program, and the Go version where it is one that the model has. */
export function modelParams(finding: Finding, incident: Case): Readonly<Record<string, string>> {
  const version = /^go(1\.(?:19|2[1-7]))(?:\D|$)/.exec(goVersionOf(finding, incident) ?? "")?.[1];
  return {
    program: `~${toBase64Url(new TextEncoder().encode(modelProgram(finding)))}`,
    do: "explore",
    ...(version === undefined ? {} : { go: version }),
  };
}

/** `a: m[1]=11` beside `b: _=m[1]`, on a small map. */
export function modelProgram({ sides: [first, second] }: Pick<Finding, "sides">): string {
  return `map m {1: 10, 2: 20}\na: ${statement(first.operation)}\nb: ${statement(second.operation)}`;
}

function statement(operation: Operation): string {
  switch (operation) {
    case "read":
      return "_=m[1]";
    case "write":
    case "change":
      return "m[1]=11";
    case "delete":
      return "delete m[1]";
    case "iterate":
      return "range m";
    case "clear":
      return "clear m";
    case "clone":
      return "clone m";
    case "length":
      return "n=len(m)";
    default:
      return operation satisfies never;
  }
}

/** The version of Go that the program was built with, as its evidence says. */
function goVersionOf(finding: Finding, { evidence, observations, toolchain }: Case): string | null {
  const observation = observations.find(({ handle }) => handle === finding.observations[0]);
  const of = evidence.find(({ handle }) => handle === observation?.evidence);
  return of !== undefined && "goVersion" in of ? of.goVersion : toolchain.goVersion;
}
