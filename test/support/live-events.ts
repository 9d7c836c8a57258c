/** Accesses of the shop, as events. */
import { accessPayload, type EventRow } from "./event-columns.js";
import { places } from "./incidents.js";

/** The map of most tests. */
export const items = { map: 0xc000012345, life: 7 };

const operations = { read: 1, write: 2, delete: 3, iterate: 4, clear: 6 } as const;

/** How an access is described. */
export interface AccessDescription {
  readonly clock: number;
  readonly goroutine: number;
  readonly operation: keyof typeof operations;
  readonly site: keyof typeof places;
  readonly stack?: number;
  readonly map?: number;
  readonly life?: number;
  /** 1 = another goroutine than before, 2 = another place. */
  readonly reason?: number;
}

/** An access. */
export function access({ operation, site, reason = 1, ...rest }: AccessDescription): EventRow {
  return {
    ...items,
    ...rest,
    kind: "access",
    a: accessPayload(operations[operation], reason),
    site: places[site],
  };
}

/** A second goroutine comes; this was the first one's last access. */
export function shared({ operation, site, ...rest }: AccessDescription): EventRow {
  return {
    ...items,
    ...rest,
    kind: "shared",
    a: accessPayload(operations[operation], 0),
    site: places[site],
  };
}
