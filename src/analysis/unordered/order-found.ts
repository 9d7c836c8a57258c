/** What the order events of one process tell, as far as a case needs it. The event file itself is of no more use then. */
import type { OrderCoverage } from "../../evidence/order/events.js";
import type { EventFile } from "../../evidence/ring/format.js";
import type { Address } from "../../evidence/ring/units.js";
import type { UnorderedResult } from "../order/unordered.js";

/** What was found in the order events of one process. */
export interface OrderFound {
  readonly result: UnorderedResult;
  readonly coverage: OrderCoverage;
  /** PCs of the stacks that the pairs name, innermost first, and only of these. */
  readonly stacks: ReadonlyMap<number, readonly Address[]>;
  /** Types of maps by the stacks of accesses, as far as they are known. */
  readonly mapTypes: ReadonlyMap<number, string>;
  /** Whether reading was stopped before the end; then this is what was found until then. */
  readonly interrupted: boolean;
  /** Whether the binary was built so that plain calls of sync/atomic are recorded; null where not known. */
  readonly plainAtomics: boolean | null;
}

/** What one order file tells. */
export interface OrderProcess {
  /** The part before the chunks: header, conflicts, near misses. */
  readonly eventFile: EventFile;
  readonly order: OrderFound;
}
