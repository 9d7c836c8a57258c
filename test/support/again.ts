/** Asking for more than one right answer. */

/** Does the same so many times, one after the other, and gives all that was wrong. */
export async function again(times: number, once: () => Promise<string[]>): Promise<string[]> {
  const all: string[] = [];
  for (let time = 1; time <= times; time += 1) {
    all.push(...(await once()).map((words) => `time ${time} of ${times}: ${words}`));
  }
  return all;
}
