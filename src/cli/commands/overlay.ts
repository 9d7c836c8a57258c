/** `maptrap overlay`: makes the overlay with the probe, for builds that are done without maptrap. */
import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "../context.js";

const help = `
Prints the path of a file for go build -overlay. It is made from the toolchain that counts in this folder and kept in
the cache. With --goflags it prints the whole text for GOFLAGS: what GOFLAGS holds already, and the overlay.

With --order all that orders goroutines (channels, locks, atomics …) calls the probe too, so that MAPTRAP=order works. A
program that is built so is a little slower also while the probe is off. It needs compiler flags besides the overlay,
which --goflags gives; without it they are printed to stderr.

A program that is built with it behaves as always until the probe is switched on by its environment:
  MAPTRAP=trap          traps conflicts by delays, and prints them to stderr: for tests
  MAPTRAP=record        delays nothing and records what shared maps live through; when Go's own check ends the program,
                        the other side follows Go's text on stderr: for production
  MAPTRAP=order         with --order: records what orders accesses to maps, for maptrap read, which finds those that
                        nothing orders; a few first accesses are delayed, each by less than a millisecond
  MAPTRAP_DIR=<folder>  writes an event file there too, for maptrap read and maptrap watch
  MAPTRAP_FILE=<path>   record, order: that event file
  MAPTRAP_SIZE=<bytes>  record: size of its rings together (default 8 MiB)
  MAPTRAP_LIMIT=<n>     record: accesses recorded in a second by each processor at the most (default 100000; 0: no limit)
  MAPTRAP_MAX_SIZE=<bytes>  order: how large the event file may become (default 2 GiB); it takes the disk as it grows
  MAPTRAP_HALT=1        trap, order: ends the program with status 66 at the first conflict
  MAPTRAP_QUIET=1       prints nothing to stderr

Examples:
  GOFLAGS=$(maptrap overlay --goflags) go build -o server ./cmd/server
  MAPTRAP=trap MAPTRAP_DIR=/var/tmp ./server
  MAPTRAP=record MAPTRAP_DIR=/var/lib/maptrap ./server
  maptrap read /var/lib/maptrap
  GOFLAGS=$(maptrap overlay --order --goflags) go build ./cmd/server && MAPTRAP=order MAPTRAP_DIR=. ./server
  go vet -overlay="$(maptrap overlay)" ./...`;

/** Makes the command. */
export function overlayCommand(context: CommandContext) {
  return new Command("overlay")
    .description("make the overlay with the probe, for go build, go test, go run and go vet")
    .option("--go <path>", "go command or GOROOT folder (default: go on PATH)")
    .option("--goflags", "print the text for GOFLAGS")
    .option("--order", "with hooks for MAPTRAP=order, at all that orders goroutines")
    .option("--force", "make the overlay again although it is there")
    .addHelpText("after", help)
    .action(async (flags) => {
      const { printOverlay } = await import("../overlay.js");
      await printOverlay(flags, context);
    });
}
