/**
 * The analysis of order events: events to unordered accesses, alone and with the reading of a file, for mixtures that programs of
 * some kinds would write (order-analysis/mixtures.ts). Compared with a plain pass over the same columns in the same run.
 *
 * Goal: 20 million events a second of processor time, so that with reading it is 10 million on one core. It is compiled for that, as the
 * command is: a transpiler that makes each imported name a call would be measured otherwise.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";

const folder = ".cache/bench-order-analysis";

function run(args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) {
    throw new Error(`${args.join(" ")} ended with status ${status}`);
  }
}

mkdirSync(folder, { recursive: true });
writeFileSync(
  `${folder}/tsconfig.json`,
  JSON.stringify({
    extends: "../../tsconfig.json",
    compilerOptions: { noEmit: false, noCheck: true, rootDir: "../..", outDir: "." },
    include: ["../../bench/order-analysis"],
  }),
);
run(["node_modules/typescript/bin/tsc", "-p", folder]);
run([`${folder}/bench/order-analysis/measure.js`, ...process.argv.slice(2)]);
