/** Run by `make check`: see layers.ts. */
import { fileURLToPath } from "node:url";
import { layers, studioLayers, studioOutside } from "./layer-table.js";
import { checkLayers, type Tree } from "./layers.js";

const trees: readonly Tree[] = [
  { name: "src", table: layers },
  { name: "studio", table: studioLayers, outside: studioOutside, apart: ["views"] },
];
for (const tree of trees) {
  const folder = fileURLToPath(new URL(`../${tree.name}`, import.meta.url));
  const { files, imports, problems } = checkLayers(folder, tree);
  for (const problem of problems) {
    console.error(`check-layers: ${tree.name}/${problem}`);
  }
  console.log(
    `check-layers: ${tree.name}/: ${files} files, ${imports} imports between them, ${problems.length} problems`,
  );
  if (problems.length > 0) {
    process.exitCode = 1;
  }
}
