/** What the order files of a command's runs told. */
import type { OrderFound } from "../analysis/unordered/order-found.js";
import type { EventFile } from "../evidence/ring/format.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";
import type { UnorderedSites } from "../probe/near-misses.js";
import type { ReadOrderFile } from "../probe/order-files.js";
import { trapSite } from "../probe/sites.js";
import type { Interruption } from "../probe/target.js";
import { bytesText } from "../report/text/table.js";
import type { readOrderFile } from "./order-file.js";
import type { Progress } from "./progress.js";

/** The symbols of a process; undefined where they are not known. */
export type SymbolsOf = (file: Pick<EventFile, "header">) => Symbolizer | undefined;

/** Reads order files, and keeps what was found in each. */
export class ObservedOrder {
  readonly #found = new Map<EventFile, OrderFound>();

  constructor(
    private readonly readFile: typeof readOrderFile,
    private readonly symbolsOf: SymbolsOf,
    private readonly work: { readonly interruption: Interruption; readonly progress: Progress },
  ) {}

  /** Reads one file. Ctrl-C ends that, and what was found until then counts. */
  async read(file: string): Promise<ReadOrderFile> {
    const { interruption, progress } = this.work;
    // The program may have been ended by a first Ctrl-C: then what it left is read, and a second one ends that.
    const signal = interruption.stop.aborted ? interruption.kill : interruption.stop;
    const onProgress = (done: number, of: number): void => {
      const percent = of > 0 ? Math.floor((100 * done) / of) : 100;
      progress.say(`reading order events, ${bytesText(of)}: ${percent} %`);
    };
    try {
      const { eventFile, order } = await this.readFile(file, {
        symbolsOf: (header) => this.symbolsOf({ header }),
        signal,
        onProgress,
      });
      const shared = { ...eventFile.header, sharedMaps: order.result.sharedMaps };
      const read = { ...eventFile, header: shared };
      this.#found.set(read, order);
      return { file: read, unordered: unorderedSites(read, order, this.symbolsOf(read)) };
    } finally {
      progress.clear();
    }
  }

  /** What was found in a file that was read here. */
  foundIn(file: EventFile): OrderFound | undefined {
    return this.#found.get(file);
  }
}

/** The sites of each pair as the trap knows them. */
function unorderedSites(
  file: EventFile,
  { result, stacks }: OrderFound,
  symbols: Symbolizer | undefined,
): UnorderedSites[] {
  const { identity, text } = file.header;
  const functionAt = (pc: number): string | undefined => symbols?.symbolize(pc - text).at(-1)?.function;
  const siteOf = (stack: number): number | undefined => trapSite(stacks.get(stack) ?? [], functionAt);
  return result.pairs.flatMap(({ first, second, seen }) => {
    const [one, other] = [siteOf(first.stack), siteOf(second.stack)];
    return one === undefined || other === undefined
      ? []
      : [{ identity, first: one - text, second: other - text, seen }];
  });
}
