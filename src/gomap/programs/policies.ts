/** Policies: what goroutines do about it that others use the same map. */

/** What is done about accesses at the same time. */
export const policies = ["panic", "silent", "lock", "lock-always", "rwmutex", "sync-map"] as const;

/**
 * - `panic`: Go's own: the flag is checked, and a fatal error ends the program.
 * - `silent`: the flag is checked, and nobody minds.
 * - `lock`: at the first sign the operation is done again under a lock, and all later ones take the lock.
 * - `lock-always`: each operation takes a mutex.
 * - `rwmutex`: each operation takes an RWMutex, for reading or writing.
 * - `sync-map`: a map as sync.Map is made (up to Go 1.23): two plain maps, entries that are changed atomically, a mutex.
 */
export type Policy = (typeof policies)[number];
