/**
 * Pool: who puts a value comes before who gets it. The race detector has 128 addresses for all values; here each value has its own, so that
 * two values do not order the goroutines that use them.
 */
import { AnchorError, type Context } from "../anchors.js";
import type { Edit, FileChange } from "../changes.js";
import { bodyInstead, raceBlocks, translateBlocks, wholeFunction } from "./blocks.js";
import { tellFromOutside } from "./told.js";

/** With the race detector a Pool loses values on purpose. */
const loses = /^\t\tif \w+\(4\) == 0 \{\n.*\n\t\t\treturn\n\t\t\}$/m;

const put: Edit = {
  anchor: "func Put of Pool",
  find: wholeFunction("\\(p \\*Pool\\) Put"),
  replace: ([text], context) =>
    translateBlocks(withoutLoss(text, context), { func: "\\(p \\*Pool\\) Put", blocks: 2 }, context),
};

function withoutLoss(text: string, context: Context): string {
  if (!loses.test(text)) {
    throw new AnchorError(context.file, "the loss of values in func Put", context.goVersion, 0);
  }
  return text.replace(loses, "\n\n\n");
}

/** Who recovers from the panic is not to ignore synchronisation for ever. */
const nilPool: Edit = {
  anchor: 'panic("nil Pool")',
  find: /^\t\tpanic\("nil Pool"\)$/m,
  replace: () => '\t\tif race.MaptrapOrdering != 0 { race.MaptrapIgnore(-1) }; panic("nil Pool")',
};

/**
 * A use of one of fmt's own pools. They hold printers and scanners, which carry nothing of the program's from one use to the next: no program can
 * rely on what they order, and they would order everything that formats text.
 */
function unheard(statement: string): Edit {
  const written = statement.replaceAll(/[.*()]/g, String.raw`\$&`);
  return {
    anchor: statement,
    find: new RegExp(`^\\t${written}$`, "m"),
    replace: () =>
      `\t${tellFromOutside("race.MaptrapIgnore(1)")}; ${statement}; ${tellFromOutside("race.MaptrapIgnore(-1)")}`,
  };
}

const importsRace: Edit = {
  anchor: "the first import",
  find: /^import \(\n\t(?=")/m,
  replace: ([text]) => `${text}"internal/race"; `,
};

const formatting: readonly FileChange[] = [
  {
    file: "fmt/print.go",
    hooks: [],
    edits: [importsRace, unheard("p := ppFree.Get().(*pp)"), unheard("ppFree.Put(p)")],
  },
  {
    file: "fmt/scan.go",
    hooks: [],
    edits: [importsRace, unheard("s = ssFree.Get().(*ss)"), unheard("ssFree.Put(s)")],
  },
];

/**
 * The changes to Pool, and to package fmt's use of it.
 * @param minor the NN of Go 1.NN
 */
export function poolChanges(minor: number): FileChange[] {
  const address: Edit = {
    anchor: "func poolRaceAddr",
    find: wholeFunction("poolRaceAddr"),
    replace: ([text]) => bodyInstead(text, "return (*[2]unsafe.Pointer)(unsafe.Pointer(&x))[1]"),
  };
  return [
    {
      file: "sync/pool.go",
      hooks: [],
      edits: [
        address,
        put,
        raceBlocks({ func: "\\(p \\*Pool\\) Get", blocks: 2 }),
        ...(minor < 22 ? [] : [nilPool]),
      ],
    },
    ...formatting,
  ];
}
