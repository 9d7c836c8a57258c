/**
 * What a goroutine can do in one step, as numbers for the inner loops of the explorer.
 *
 * Besides the loads and stores of the map code there are the steps by which goroutines wait for one another. Each of them
 * works on an object of its own in the model's memory:
 *
 * ```text
 *   variable   [ value            | 0                 ]
 *   Mutex      [ 1 while locked   | 0                 ]
 *   RWMutex    [ readers          | writer (bit 0), waiting writers (from bit 1 on) ]
 *   WaitGroup  [ counter          | 0                 ]
 *   goroutine  [ 1 once started   | 0                 ]
 *   channel    [ values in it     | 1 once closed     ] [ received in all | sent in all ] [ value | 0 ] …
 * ```
 *
 * A channel without a buffer is one place that a sender fills, and then waits until its value was received.
 */

/** The goroutine has returned. */
export const END = 0;
/** A plain load. */
export const LOAD = 1;
/** A plain store. */
export const STORE = 2;
/** `LOCK OR` of one byte. */
export const ATOMIC_OR = 3;
/** The runtime's fatal error. Where the goroutine goes on is behind it: with the policy `silent` it does. */
export const FATAL = 4;
/** A panic. */
export const PANIC = 5;
/** A load or store where there is no object. */
export const FAULT = 6;
/** The goroutine has done more steps than a goroutine may. */
export const ENDLESS = 7;

/** `mu.Lock()` */
export const LOCK = 10;
/** `mu.Unlock()` */
export const UNLOCK = 11;
/** `rw.RLock()` */
export const READ_LOCK = 12;
/** `rw.RUnlock()` */
export const READ_UNLOCK = 13;
/** First half of `rw.Lock()`: from here on new readers wait. */
export const ANNOUNCE_WRITER = 14;
/** Second half of `rw.Lock()`. */
export const WRITE_LOCK = 15;
/** `rw.Unlock()` of a writer. */
export const WRITE_UNLOCK = 16;
/** `wg.Add(n)`, and `wg.Done()` with n = -1. */
export const GROUP_ADD = 17;
/** `wg.Wait()` */
export const GROUP_WAIT = 18;
/** `go f()` */
export const START = 19;
/** The first step of a goroutine that a go statement starts. */
export const BEGIN = 20;
/** `ch <- v`. The operand is the capacity in `high` and the value in `low`; loads the number of the value. */
export const SEND = 21;
/** Without a buffer: the sender waits until the value was received. The operand is the value's number. */
export const SENT = 22;
/** `<-ch`. The operand is the capacity; loads the value, and in the upper half whether there was one. */
export const RECEIVE = 23;
/** `close(ch)` */
export const CLOSE = 24;
/** A memory fence (MFENCE), or a locked instruction on something that is nobody else's. */
export const FENCE = 25;
/** An atomic load of 8 bytes: on x86 a plain load. */
export const ATOMIC_LOAD = 26;
/** An atomic store of 8 bytes: XCHG, with a fence. */
export const ATOMIC_STORE = 27;
/** `TryLock` in its simplest form: loads 1 when it locked, 0 when not. */
export const TRY_LOCK = 28;

/** From here on a step is a goroutine's way to wait or to order, not a load or store of the map code. */
export const firstSynchronising = LOCK;

/** Whether the goroutine does nothing any more. */
export function isTerminal(kind: number): boolean {
  return kind === END || isStopped(kind);
}

/** Whether the goroutine was stopped before its end. */
export function isStopped(kind: number): boolean {
  return kind >= FATAL && kind <= ENDLESS;
}
