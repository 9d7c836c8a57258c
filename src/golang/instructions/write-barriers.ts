/**
 * Calls of the garbage collector's write barrier, and of runtime functions that do its work for whole pieces of memory.
 *
 * The barrier tells the collector of pointers that are overwritten and written; it publishes nothing to other goroutines.
 * Source: Go's src/runtime/mwbbuf.go, mbarrier.go, asm_amd64.s (1.19 to 1.27).
 */

const barriers = new Set([
  "runtime.wbZero",
  "runtime.wbMove",
  "runtime.bulkBarrierPreWrite",
  "runtime.bulkBarrierPreWriteSrcOnly",
  "runtime.typedmemmove",
  "runtime.typedmemclr",
  "runtime.typedslicecopy",
  "runtime.memclrHasPointers",
  "internal/runtime/maps.typedmemmove",
  "internal/runtime/maps.typedmemclr",
]);

/** What a called function has to do with the write barrier; undefined for nothing. */
export function writeBarrierKind(name: string): "barrier" | "memory with barrier" | undefined {
  if (name.startsWith("runtime.gcWriteBarrier")) {
    return "barrier";
  }
  return barriers.has(name) ? "memory with barrier" : undefined;
}
