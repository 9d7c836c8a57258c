/** `maptrap test`: runs `go test` with the probe, and names both sides of each conflict, by package and test. */
import type { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "../context.js";
import { campaignCommand, type CampaignFlags } from "./campaign-options.js";

const help = `
go test's own output is shown as it is. Flags for go test come after --. The tests are run up to three times. The first
run observes all that orders their goroutines, and finds accesses to a map that nothing orders. The next ones delay
these places, and places where two goroutines came close to each other, so that the two sides meet; they leave out
packages with no such place.

Exit status: 66 when a conflict was caught or found unordered; else that of the first go test that failed; else 0.

Examples:
  maptrap test ./...
  maptrap test --only order --max-size 8G ./...
  maptrap test --runs 10 ./cache -- -run TestEvict -v
  maptrap test --race --tags=integration ./... -- -timeout 30m -args -verbose`;

/** Makes the command. */
export function testCommand(context: CommandContext): Command<[string[]], CampaignFlags> {
  return campaignCommand("test")
    .description("run go test with the probe, and name both sides of each conflict on a map")
    .argument("[packages...]", "packages, as for go test")
    .usage("[flags] [packages] [-- flags of go test]")
    .addHelpText("after", help)
    .action(async (words, flags) => {
      const { runTests } = await import("../test.js");
      await runTests(words, flags, context);
    });
}
