/** How long work takes, however busy the machine is. */

/** The processor time that this process takes for a piece of work, in milliseconds. What other programs take meanwhile does not count. */
export function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
