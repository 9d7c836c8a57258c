/** Run by `make check`: see layers.ts. */
import { fileURLToPath } from "node:url";
import { layers } from "./layer-table.js";
import { checkLayers } from "./layers.js";

const { files, imports, problems } = checkLayers(fileURLToPath(new URL("../src", import.meta.url)), layers);
for (const problem of problems) {
  console.error(`check-layers: src/${problem}`);
}
console.log(`check-layers: ${files} files, ${imports} imports between them, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
