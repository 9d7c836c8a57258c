/** Orders functions so that callees come before their callers. */

/**
 * The groups of functions that call each other, callees first. A function that is in no circle is a group by itself.
 * Tarjan's algorithm, with a stack of its own: call chains may be long.
 */
export function calleesFirst(count: number, calleesOf: (func: number) => readonly number[]): number[][] {
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  const groups: number[][] = [];
  let next = 0;
  for (let start = 0; start < count; start += 1) {
    if (order[start] !== -1) {
      continue;
    }
    const calls: { function: number; callees: readonly number[]; at: number }[] = [];
    const enter = (func: number): void => {
      order[func] = next;
      low[func] = next;
      next += 1;
      stack.push(func);
      onStack[func] = 1;
      calls.push({ function: func, callees: calleesOf(func), at: 0 });
    };
    enter(start);
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const callee = call.callees[call.at];
      call.at += 1;
      if (callee === undefined) {
        calls.pop();
        leave(call.function, calls.at(-1)?.function);
      } else if (callee < count && order[callee] === -1) {
        enter(callee);
      } else if (onStack[callee] === 1) {
        low[call.function] = Math.min(low[call.function] ?? 0, order[callee] ?? 0);
      }
    }
  }
  return groups;

  function leave(func: number, caller: number | undefined): void {
    if (caller !== undefined) {
      low[caller] = Math.min(low[caller] ?? 0, low[func] ?? 0);
    }
    if (low[func] !== order[func]) {
      return;
    }
    const group: number[] = [];
    for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
      onStack[member] = 0;
      group.push(member);
      if (member === func) {
        break;
      }
    }
    groups.push(group);
  }
}
