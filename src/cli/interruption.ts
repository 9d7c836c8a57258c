/** Ctrl-C: the first one stops the work and lets it report, the second one ends everything at once. */
import type { Interruption } from "../probe/target.js";

const watched = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Watches for signals while some work runs. */
export async function withInterruption<T>(work: (interruption: Interruption) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const kill = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) {
      kill.abort(signal);
    } else {
      stop.abort(signal);
    }
  };
  watched.forEach((signal) => process.on(signal, onSignal));
  try {
    return await work({ stop: stop.signal, kill: kill.signal });
  } finally {
    watched.forEach((signal) => process.off(signal, onSignal));
  }
}
