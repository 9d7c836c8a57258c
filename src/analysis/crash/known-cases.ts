/** Crashes that look like a map conflict, and of which it is known that no peer is to be found. */
import type { CrashObservation } from "../../case/case.js";
import type { MapAccess } from "../../evidence/source/facts.js";

/** What is known to look like this crash, one sentence or two each. */
export function knownCases(crash: CrashObservation, detector: MapAccess | undefined): string[] {
  return [publishedClone(crash, detector), miscompiledLock(crash)].filter((text) => text !== undefined);
}

/** golang/go#69652: a cloned map that is published without a lock is seen half made on arm64. */
function publishedClone(crash: CrashObservation, detector: MapAccess | undefined): string | undefined {
  const weak = crash.architecture === null || crash.architecture.startsWith("arm");
  const suspect =
    crash.architecture?.startsWith("arm") === true || detector?.through?.includes("Clone") === true;
  return weak && suspect
    ? "On arm64 the same message comes without any second access when a new or cloned map is published without a lock or an atomic store (golang/go#69652): see how the map gets to the goroutine that reads it."
    : undefined;
}

/** golang/go#79186: sync.RWMutex was miscompiled for ppc64le. */
function miscompiledLock({ architecture }: CrashObservation): string | undefined {
  return architecture?.startsWith("ppc64") === true
    ? "On ppc64le a miscompiled sync.RWMutex let two sides in at once (golang/go#79186). Where all places hold the lock, try a newer Go."
    : undefined;
}
