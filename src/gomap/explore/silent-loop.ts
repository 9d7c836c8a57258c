/** A goroutine goes round and round in a loop in which it does nothing that others could see: it never comes to a step. */
export class SilentLoopError extends Error {
  constructor() {
    super("a loop goes on without a step");
  }
}
