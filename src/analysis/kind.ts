/** Which kind of conflict two operations make; the readers of evidence ask that too, so it lives with the case. */
export { conflictKind, isChange } from "../case/kind.js";
