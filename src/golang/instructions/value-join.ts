/**
 * What is known where several ways come together.
 */
import type { FrameUse } from "./value-transfer.js";
import { stackOffset } from "./value-transfer.js";
import { type Location, ValueState } from "./value-state.js";
import type { ValueId } from "./values.js";

/**
 * Joins what is known on all ways into a block. Places that hold one value on each of the ways hold one value after it: the same
 * as before where all ways agree, else one that is named after the block.
 *
 * @param block the block's index
 * @param states at least one for a block that is reached
 * @param settled what was known of the block before; then nothing new is believed, only less
 * @param frame is told of addresses of the frame that are mixed with others
 */
export function joinStates(
  block: number,
  states: readonly ValueState[],
  settled: ValueState | undefined,
  frame: FrameUse,
): ValueState {
  const [firstState, ...others] = states;
  if (firstState === undefined) {
    throw new RangeError("a block that is joined has ways into it");
  }
  if (others.length === 0 && settled === undefined) {
    return firstState.copy();
  }
  const joined = new ValueState(firstState.values);
  const names = new Map<string, ValueId>();
  for (const location of [...firstState.held.keys()].toSorted((a, b) => a - b)) {
    const held = states.map((state) => state.get(location));
    const before = settled?.get(location);
    if (held.includes(undefined) || (settled !== undefined && before === undefined)) {
      mixed(states, location, frame);
      continue;
    }
    const key = `${held.join()};${before ?? ""}`;
    const value = names.get(key) ?? nameOf(joined, block, location, [...held, before]);
    names.set(key, value);
    joined.set(location, value);
    if (joined.values.base(value).kind === "joined") {
      mixed(states, location, frame);
    }
  }
  return joined;
}

/** The value itself where all agree; otherwise one named after the block and the first place that holds it. */
function nameOf(
  joined: ValueState,
  block: number,
  location: Location,
  held: readonly (ValueId | undefined)[],
): ValueId {
  const { values } = joined;
  const [one, ...rest] = held.filter((value) => value !== undefined);
  if (one !== undefined && rest.every((value) => value === one)) {
    const base = values.base(one);
    // A name of this block's own means what came together the last time: it is only right where it is given anew.
    if (base.kind !== "joined" || base.block !== block) {
      return one;
    }
  }
  return values.of({ kind: "joined", block, location });
}

/** An address of the frame that is one of several values is not followed any more. */
function mixed(states: readonly ValueState[], location: Location, frame: FrameUse): void {
  for (const state of states) {
    const offset = stackOffset(state, state.get(location));
    if (offset !== undefined) {
      frame.escape(offset);
    }
  }
}
