/** One event of a trace in words. */
import { cut, shown } from "./shown.js";

interface Change {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** What of an event is told. A trace that was read from a file has it too. */
export type TracedEventText =
  | { readonly kind: "fatal"; readonly message: string | null }
  | { readonly kind: "header"; readonly changes: readonly Change[] }
  | {
      readonly kind: "growth";
      readonly step: string;
      readonly argument: number | null;
      readonly changes: readonly Change[];
    }
  | {
      readonly kind: "flags";
      readonly before: number;
      readonly after: number;
      readonly flags: string;
      readonly changes: readonly Change[];
    };

/** What happened, on one line. */
export function traceEventText(event: TracedEventText, implementation: "classic" | "swiss"): string {
  if (event.kind === "fatal") {
    return `fatal error: ${shown(cut(event.message ?? "not known", 90))}`;
  }
  const changes = event.changes.map(({ field, before, after }) => `${field} ${before} → ${after}`).join(", ");
  if (event.kind === "header") {
    return changes;
  }
  const also = changes === "" ? "" : `; ${changes}`;
  if (event.kind === "growth") {
    return `${growthText(event.step, event.argument)}${also}`;
  }
  const field = implementation === "classic" ? "flags" : "writing";
  const names = event.flags === "" || implementation === "swiss" ? "" : ` (${event.flags})`;
  return `${field} ${event.before} → ${event.after}${names}${also}`;
}

function growthText(step: string, argument: number | null): string {
  if (argument === null) {
    return step;
  }
  if (step === "table grows") {
    return `table grows to ${argument} slots`;
  }
  return step === "old bucket moves" ? `old bucket ${argument} moves` : `${step} (at bucket ${argument})`;
}

/** Without the package of the runtime. */
export function shortFunction(name: string): string {
  return name.replace(/^(?:internal\/runtime\/maps|runtime)\./, "");
}
