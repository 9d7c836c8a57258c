/** Reads the Prometheus text format 0.0.4 strictly, as its specification has it, and refuses what promtool would refuse. */

/** A metric as it was read. */
export interface ReadFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const metricName = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const helpLine = new RegExp(`^# HELP (${metricName}) (.*)$`);
const typeLine = new RegExp(`^# TYPE (${metricName}) (counter|gauge)$`);
const sampleLine = new RegExp(`^(${metricName})(\\{.*\\})? (\\S+)$`);
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,|\})/y;

/** Reads a text; an Error says what is wrong with it. */
export function readExposition(text: string): Map<string, ReadFamily> {
  if (!text.endsWith("\n")) {
    throw new Error("the last line has no line feed");
  }
  const families = new Map<string, ReadFamily>();
  const seen = new Set<string>();
  let help: readonly [string, string] | undefined;
  let current: ReadFamily | undefined;
  for (const line of text.slice(0, -1).split("\n")) {
    const helped = helpLine.exec(line);
    const typed = typeLine.exec(line);
    if (helped !== null) {
      help = [helped[1]!, helped[2]!];
    } else if (typed !== null) {
      const [, name, type] = typed;
      if (help?.[0] !== name || families.has(name!) || help![1] === "") {
        throw new Error(`TYPE without its HELP, or twice: ${line}`);
      }
      if ((type === "counter") !== name!.endsWith("_total")) {
        throw new Error(`counters, and only they, end in _total: ${line}`);
      }
      current = { name: name!, type: type!, help: help![1], samples: [] };
      families.set(name!, current);
    } else {
      const sample = readSample(line);
      if (current?.name !== sample.name) {
        throw new Error(`a sample outside of its family: ${line}`);
      }
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).map(String).toSorted()]);
      if (seen.has(key)) {
        throw new Error(`the same sample twice: ${line}`);
      }
      seen.add(key);
      current.samples.push({ labels: sample.labels, value: sample.value });
    }
  }
  return families;
}

function readSample(line: string) {
  const match = sampleLine.exec(line);
  if (match === null) {
    throw new Error(`not a sample: ${line}`);
  }
  const [, name, braces, number] = match;
  const value = number === "+Inf" ? Infinity : number === "-Inf" ? -Infinity : Number(number);
  if (Number.isNaN(value) && number !== "NaN") {
    throw new Error(`not a number: ${line}`);
  }
  return { name: name!, labels: braces === undefined ? {} : readLabels(braces), value };
}

function readLabels(braces: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let end = 1;
  while (end < braces.length) {
    label.lastIndex = end;
    const match = label.exec(braces);
    if (match === null || (match[3] === "}") !== (label.lastIndex === braces.length)) {
      throw new Error(`not labels: ${braces}`);
    }
    const name = match[1]!;
    if (Object.hasOwn(labels, name)) {
      throw new Error(`a label twice: ${braces}`);
    }
    labels[name] = match[2]!.replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
    end = label.lastIndex;
  }
  return labels;
}
