/** What the numbers of an event file count. */

/** Nanoseconds. */
export type Nanoseconds = number;
/** An address in the process that wrote the file. */
export type Address = number;
/** A goroutine's id. */
export type GoroutineId = number;
