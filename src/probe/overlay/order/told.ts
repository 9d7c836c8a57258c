/** Statements that are made while order events are recorded, where the race detector is told nothing or something else. */

/** A statement of package runtime. */
export function tell(statement: string): string {
  return `if maptrapOrdering != 0 { ${statement} }`;
}

/** A statement of another package, which imports internal/race. */
export function tellFromOutside(statement: string): string {
  return `if race.MaptrapOrdering != 0 { ${statement} }`;
}
