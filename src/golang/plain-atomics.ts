/**
 * Whether a program was built so that the plain functions of sync/atomic (`atomic.AddInt32` and the like) are called.
 *
 * The compiler puts such an operation in the place of the call, where nobody can see it, unless it is told not to. How
 * a program was built stands in its build information, but of several `-gcflags` the go command keeps the last one only. So the last one
 * is made to tell: it names a package that cannot exist, and has no other effect.
 */

/** The compiler's flag by which operations are calls. */
export const callsFlag = "-d=ssa/intrinsics/off";

/** The last `-gcflags` of a build with the others that are needed. */
export const callsMark = `maptrap.invalid/order=${callsFlag}`;

/**
 * Whether plain atomic operations of the program's packages are calls.
 *
 * @param settings of the build, as parseModuleInfo gives them
 * @returns undefined when there are no settings, so that nobody knows
 */
export function plainAtomicsAreCalls(settings: ReadonlyMap<string, string>): boolean | undefined {
  if (settings.size === 0) {
    return undefined;
  }
  const flags = settings.get("-gcflags") ?? "";
  // Someone may have given the compiler's flag by hand, for all packages.
  const [pattern = "", ...rest] = flags.split("=");
  const forAll = ["all", "..."].includes(pattern.trim());
  return flags === callsMark || (forAll && rest.join("=").split(/\s+/).includes(callsFlag));
}
