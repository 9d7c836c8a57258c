/**
 * Who comes to the map next? The detector is held in its access. Others that stood between two accesses are let go on, each alone
 * and for a moment, until they call a function that changes the detector's map.
 *
 * Who comes is in flight on the map while the detector is: no lock and no channel keeps the two apart, or it could not have come.
 */
import { mapOperationOf } from "../crashtext/map-functions.js";
import { isChange } from "../../case/kind.js";
import { mapArgumentOf } from "./map-argument.js";
import type { Address } from "../../golang/memory.js";
import type { CodeRange, ProgramSymbols } from "../../golang/program-symbols.js";
import type { GdbSession } from "../gdb/session.js";

/** What is needed to let others come. */
export interface LetComeOptions {
  readonly session: GdbSession;
  readonly symbols: ProgramSymbols;
  readonly map: Address;
  /** The kernel's ids of the threads to let go on, those first that are most likely to come. */
  readonly threads: readonly number[];
  /** How long one of them may run. */
  readonly milliseconds: number;
  /** Called while one that came stands at the function's first instruction. */
  readonly onArrival: (thread: number, pc: Address) => Promise<void>;
  /** Whether enough have come. */
  readonly enough: () => boolean;
}

/** The entry functions with which a program changes a map. */
const entryFunction = /^(?:runtime|reflect|internal\/reflectlite|maps)\.(?:\w+_)?map(?:assign|delete|clear)/;

/** All functions that change a map and get it in a register. */
export function changingFunctions(symbols: ProgramSymbols): (CodeRange & { readonly register: string })[] {
  return [...symbols.functions()].flatMap((range) => {
    const operation = mapOperationOf(range.name);
    const argument = mapArgumentOf(range.name);
    return operation !== null &&
      isChange(operation) &&
      argument?.holds === "map" &&
      entryFunction.test(range.name)
      ? [{ ...range, register: argument.register }]
      : [];
  });
}

/** Lets them go on, one after the other. The program stands still again afterwards, unless it has ended. */
export async function letCome(options: LetComeOptions): Promise<void> {
  const { session, map } = options;
  const numbers = new Map((await session.listThreads()).map(({ number, id }) => [id, number]));
  const entries = new Map<number, Address>();
  await Promise.all(
    changingFunctions(options.symbols).map(async ({ start, register }) => {
      const condition = `$${register} == 0x${map.toString(16)}`;
      entries.set(await session.breakAt(start, { condition }), start);
    }),
  );
  try {
    for (const thread of options.threads) {
      const number = numbers.get(thread);
      if (options.enough() || session.exited) {
        break;
      }
      if (number !== undefined) {
        await letOneCome(options, { thread, number }, entries);
      }
    }
  } finally {
    if (!session.exited) {
      await session.enableBreakpoints([...entries.keys()], false);
    }
  }
}

async function letOneCome(
  { session, milliseconds, onArrival }: LetComeOptions,
  { thread, number }: { readonly thread: number; readonly number: number },
  entries: ReadonlyMap<number, Address>,
): Promise<void> {
  await session.continueAlone(number);
  let event = await session.nextStop(milliseconds);
  if (event === undefined) {
    await session.interrupt();
    event = await session.nextStop();
  }
  const pc =
    event?.kind === "stopped" && event.breakpoint !== undefined ? entries.get(event.breakpoint) : undefined;
  if (pc !== undefined) {
    await onArrival(thread, pc);
  }
}
