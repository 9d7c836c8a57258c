/**
 * The text that Prometheus reads, format 0.0.4:
 *
 *     # HELP maptrap_map_clears_total Maps that were cleared.
 *     # TYPE maptrap_map_clears_total counter
 *     maptrap_map_clears_total 3
 */
import { sanitizeLine } from "../../base/text.js";
import { cut } from "../text/shown.js";

/** The content type of the text. */
export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

/** The longest label value, in characters: names come from foreign binaries, and each one is stored for each sample. */
const longestLabel = 256;

/** One measured value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All samples of one metric. */
export interface MetricFamily {
  readonly name: string;
  readonly type: "counter" | "gauge";
  /** One sentence. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * Writes metrics. A family without samples is left out. Label values may hold anything: control characters become visible
 * escapes, and what is too long is cut. Samples of one family whose labels are then equal are added up, because a text
 * that has the same sample twice is refused as a whole.
 */
export function expositionText(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(familyText)
    .join("");
}

function familyText({ name, type, help, samples }: MetricFamily): string {
  const values = new Map<string, number>();
  for (const sample of samples) {
    const labels = labelsText(sample.labels);
    values.set(labels, (values.get(labels) ?? 0) + sample.value);
  }
  return [
    `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`,
    `# TYPE ${name} ${type}`,
    ...Array.from(values, ([labels, value]) => `${name}${labels} ${numberText(value)}`),
    "",
  ].join("\n");
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${labelValue(value)}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

/** In a label value a backslash, a quotation mark and a line feed are escaped; the last one is none any more here. */
function labelValue(value: string): string {
  return cut(sanitizeLine(value), longestLabel).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

/** As Go's ParseFloat reads it. */
function numberText(value: number): string {
  if (Number.isNaN(value)) {
    return "NaN";
  }
  return Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}
