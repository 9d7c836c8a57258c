/** `maptrap model list`: the programs that are shipped. */
import { shippedPrograms } from "../gomap/programs/shipped.js";
import { tableLines } from "../report/text/table.js";

/** Prints them. */
export function listPrograms(json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(shippedPrograms, undefined, 2)}\n`);
    return;
  }
  const lines = tableLines(
    [
      { title: "name", align: "left", most: 24 },
      { title: "what it shows", align: "left", most: 120 },
    ],
    shippedPrograms.map(({ name, shows }) => [name, shows]),
  );
  process.stdout.write(`${lines.join("\n")}\n`);
}
