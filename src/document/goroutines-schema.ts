/** The shape of all goroutines of a dump (src/evidence/crashtext/goroutine-table.ts), as a foreign page's documents are checked. */
import { z } from "zod";

const numbers = z.array(z.int().min(-1));

/** One dump's goroutines. What an index points to is looked at where it is used: there may be nothing. */
export const goroutinesSchema = z.object({
  observation: z.string(),
  table: z.object({
    texts: z.array(z.string()),
    frames: z.object({ functions: numbers, files: numbers, lines: numbers, inlined: numbers }),
    stacks: z.object({
      states: numbers,
      remarks: numbers,
      unavailable: numbers,
      framesElided: numbers,
      createdAt: numbers,
      createdBy: numbers,
      begins: numbers,
      frameList: numbers,
    }),
    goroutines: z.object({ ids: numbers, stacks: numbers, waitMinutes: numbers, textLines: numbers }),
    notListed: z.int().min(0),
  }),
});
