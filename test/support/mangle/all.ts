/** All ways of mangling, in the order of the list. */
import { containers } from "./containers.js";
import { loggers } from "./loggers.js";
import { type Mangler } from "./mangler.js";
import { journald, syslog } from "./syslog.js";

/** Every way. */
export const manglers: readonly Mangler[] = [...syslog, ...journald, ...containers, ...loggers];
