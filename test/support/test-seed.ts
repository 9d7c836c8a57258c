/**
 * The seed of everything that the tests choose at random.
 *
 * It is the same in every run unless asked for otherwise, so that a change is judged by what it changed and not by that day's numbers.
 * `MAPTRAP_TEST_SEED=123` takes another, `MAPTRAP_TEST_SEED=random` a new one for each file; a property that fails names its seed.
 */
export const testSeed = seedOf(process.env["MAPTRAP_TEST_SEED"] ?? "1");

function seedOf(text: string): number {
  if (text === "random") {
    return Math.floor(Math.random() * 2 ** 31);
  }
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 31) {
    throw new Error(`MAPTRAP_TEST_SEED is ${text}; it is a whole number below 2^31, or "random"`);
  }
  return seed;
}
