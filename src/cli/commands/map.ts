/** `maptrap map`: shows a map of a process or a core as it is in memory. */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { shownSlots } from "../map-slots.js";
import type { MapContext, MapFlags } from "../map.js";
import { htmlText } from "./html-option.js";

const help = `
A map is named by its address, which is what a map variable holds (fmt.Printf("%p", m) prints it), or by a variable:
  maptrap map 0xc000012345 --pid 4711
  maptrap map main.cache --pid 4711
  maptrap map 'main.shards[3].byName' --pid 4711
  maptrap map example.org/shop/stock.cache --core core.4711 --exe ./shop

A map in memory does not say its type. It is taken from --type where that is given; for a variable from the debug information, for
which GDB is asked (of the executable's file only; the process is not touched). Without both, the types of maps that the program has
are tried, and where only one fits it is shown as inferred. Without a type the header is shown, and the tables or the first bucket's
marks, but no keys and elements.

A process that runs is read while it runs: what is shown is a moving picture, and parts of it may not belong together. --stop holds it
with GDB while it is read, and lets it go on.`;

/** Makes the command. */
export function mapCommand(context: MapContext): Command<[string], MapFlags> {
  return new Command("map")
    .description("show a map as it is in memory: header, tables, buckets or groups, keys and elements")
    .argument(
      "<address|name>",
      "address of the map, or a variable of a package, also with fields and indexes",
    )
    .option("--pid <pid>", "the process", parsePid)
    .option("--core <file>", "a core of it")
    .option("--exe <binary>", "the executable that the core is of")
    .option(
      "--type <type>",
      "type of the map at the address, or of the variable: 'map[string]int', main.Server",
    )
    .option(
      "--slots <n>",
      `how many slots are shown with their keys and elements (${shownSlots}; all with --json)`,
      parseSlots,
    )
    .option("--stop", "hold the process with GDB while it is read")
    .option("--gdb <path>", "the GDB to use")
    .option("--json", "print JSON (docs/map-view.md)")
    .option("--html <file>", htmlText)
    .addHelpText("after", help)
    .action(async (subject, flags) => {
      const { showMap } = await import("../map.js");
      await showMap(subject, flags, context);
    });
}

function parsePid(text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) < 1) {
    throw new InvalidArgumentError("Write the number of a process.");
  }
  return Number(text);
}

function parseSlots(text: string): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) < 1) {
    throw new InvalidArgumentError("Write a number from 1 to 9999999.");
  }
  return Number(text);
}
