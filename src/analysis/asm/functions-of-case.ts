/** In which functions of Go's maps the sides of a case's findings were: those whose instructions one wants to see. */
import type { Case } from "../../case/case.js";
import { mapArguments } from "../../golang/instructions/map-arguments.js";

/**
 * For each finding the map functions of its sides, each once, as far as its observations name them.
 *
 * @returns one list for each finding, in their order
 */
export function mapFunctionsOfFindings({
  findings,
  observations,
}: Pick<Case, "findings" | "observations">): readonly (readonly string[])[] {
  const byHandle = new Map(observations.map((one) => [one.handle, one]));
  return findings.map((finding) => [
    ...new Set(
      finding.observations.flatMap((handle) => {
        const observation = byHandle.get(handle);
        return observation === undefined ? [] : functionsOf(observation);
      }),
    ),
  ]);
}

function functionsOf(observation: Case["observations"][number]): readonly string[] {
  switch (observation.kind) {
    case "conflict":
    case "unordered":
      return observation.sides.flatMap(({ stack }) => innermost(stack));
    case "detection":
      return innermost(observation.side.stack);
    case "stopped":
      return [observation.detector, ...observation.others].flatMap((one) =>
        one === null || one.mapFunction === null ? [] : [one.mapFunction],
      );
    default:
      return [];
  }
}

function innermost(stack: readonly { readonly function: string }[]): string[] {
  return stack.flatMap(({ function: name }) => (mapArguments(name) === undefined ? [] : [name])).slice(0, 1);
}
