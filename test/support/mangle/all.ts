/** All ways of mangling, in the order of the list. */
import { containers } from "./containers.js";
import { ci, exports } from "./exports.js";
import { files } from "./files.js";
import { loggers } from "./loggers.js";
import { type Mangler, stages } from "./mangler.js";
import { people, several, web } from "./people.js";
import { journald, syslog } from "./syslog.js";
import { terminals, windows } from "./terminals.js";

/** Every way. */
export const manglers: readonly Mangler[] = [
  ...syslog,
  ...journald,
  ...containers,
  ...loggers,
  ...exports,
  ...ci,
  ...people,
  ...web,
  ...several,
  ...terminals,
  ...files,
  ...windows,
];

/** Two ways, in the order in which they happen; undefined when they cannot both happen. */
export function inOrder(one: Mangler, other: Mangler): readonly [Mangler, Mangler] | undefined {
  if (one === other) {
    return undefined;
  }
  const before = stages.indexOf(one.stage) <= stages.indexOf(other.stage);
  const [first, second] = before ? [one, other] : [other, one];
  return second.notAfterStages?.includes(first.stage) === true ? undefined : [first, second];
}
