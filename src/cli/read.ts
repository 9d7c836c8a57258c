import { Command } from "@commander-js/extra-typings";

/** `maptrap read FILE...`: shows what event files hold. Ends with status 66 when that is a conflict. */
export function readCommand(): Command {
  return new Command("read");
}
