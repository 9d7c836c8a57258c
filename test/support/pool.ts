/** Bounds how many things happen at once. */

/**
 * Gives a function that starts what it is given as soon as fewer than `limit` of them are going on.
 */
export function atMost(limit: number): <Result>(start: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let free = limit;
  return async (start) => {
    if (free === 0) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    } else {
      free -= 1;
    }
    try {
      return await start();
    } finally {
      const next = waiting.shift();
      if (next === undefined) {
        free += 1;
      } else {
        next();
      }
    }
  };
}
