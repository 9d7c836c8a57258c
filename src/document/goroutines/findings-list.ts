/**
 * The goroutines of findings that rest on no dump, stop or report. A goroutine's number means something within one process only, so
 * those of each process are a list of their own.
 */
import type { Case, Finding } from "../../case/case.js";
import { operationTitle } from "../../report/text/finding.js";
import { evidenceTitle } from "../evidence-title.js";
import { type GivenStack, type GoroutineList, listOf } from "./goroutine-list.js";

/** Findings of one process. */
export interface FindingsOfProcess {
  /** `findings`; with several processes `findings-e1`. */
  readonly handle: string;
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** Handle of the evidence that a finding's sides were observed in. */
function evidenceOf(
  { observations: [first] }: Finding,
  { observations }: Pick<Case, "observations">,
): string {
  return observations.find(({ handle }) => handle === first)?.evidence ?? "";
}

/**
 * Findings by their process, in the order in which they come.
 *
 * @param findings those whose sides have ids
 */
export function byProcess(
  findings: readonly Finding[],
  incident: Pick<Case, "observations" | "evidence">,
): readonly FindingsOfProcess[] {
  const processes = new Map<string, Finding[]>();
  for (const finding of findings) {
    const evidence = evidenceOf(finding, incident);
    processes.set(evidence, [...(processes.get(evidence) ?? []), finding]);
  }
  return [...processes].map(([evidence, own]) =>
    processes.size === 1
      ? { handle: "findings", title: "goroutines of the findings", findings: own }
      : {
          handle: `findings-${evidence}`,
          title: `goroutines of the findings, ${evidenceTitle(incident, evidence)}`,
          findings: own,
        },
  );
}

/** The sides, each with its stack; a goroutine may be a side of several. */
export function findingsList(findings: readonly Finding[]): GoroutineList {
  const stacks = findings.flatMap(({ handle, sides }) =>
    sides.flatMap((side, index): GivenStack[] => {
      const { id, startedAt, startedBy } = side.goroutine;
      return id === null
        ? []
        : [
            {
              ids: [id],
              count: 1,
              textLine: null,
              state: operationTitle(side.operation).toLowerCase(),
              wait: "",
              remarks: `side ${index === 0 ? "A" : "B"} of ${handle}`,
              unavailable: null,
              stack: side.stack,
              stackCut: side.stackCut,
              startedAt,
              startedBy,
              waitsOn: [],
            },
          ];
    }),
  );
  return listOf(stacks, new Set(stacks.flatMap(({ ids }) => ids)).size, []);
}
