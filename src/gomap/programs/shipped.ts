/** Programs that come with maptrap. */

/** One program, or several that are compared line by line. */
export interface ShippedProgram {
  readonly name: string;
  /** What it shows, one sentence. */
  readonly shows: string;
  /** One program, or several with a label each. */
  readonly programs: readonly { readonly label: string; readonly text: string }[];
  /** Too large to explore. */
  readonly large?: true;
}

function one(name: string, shows: string, text: string): ShippedProgram {
  return { name, shows, programs: [{ label: name, text }] };
}

/** Operations of which each is put beside a writer, and beside each other. */
const triggers: readonly { readonly label: string; readonly text: string }[] = [
  ["read beside write", "_=m[1]", "m[1]=11"],
  ["read beside write of a new key", "_=m[1]", "m[3]=33"],
  ["read beside delete", "_=m[1]", "delete m[1]"],
  ["read beside clear", "_=m[1]", "clear m"],
  ["range beside write", "range m", "m[1]=11"],
  ["range beside delete", "range m", "delete m[1]"],
  ["clone beside write", "clone m", "m[1]=11"],
  ["len beside write", "n=len(m)", "m[3]=33"],
  ["write beside write", "m[1]=11", "m[2]=22"],
  ["write beside write of one key", "m[1]=11", "m[1]=12"],
  ["write beside delete", "m[1]=11", "delete m[2]"],
  ["delete beside delete", "delete m[1]", "delete m[2]"],
  ["clear beside write", "clear m", "m[1]=11"],
  ["read beside read", "_=m[1]", "_=m[2]"],
  ["read beside range", "_=m[1]", "range m"],
  ["range beside range", "range m", "range m"],
  ["read beside clone", "_=m[1]", "clone m"],
].map(([label = "", a = "", b = ""]) => ({ label, text: `map m {1: 10, 2: 20}\na: ${a}\nb: ${b}` }));

/** All of them. */
export const shippedPrograms: readonly ShippedProgram[] = [
  one(
    "article",
    "a goroutine fills a map while another reads it: the minimal example, with two rounds instead of a thousand",
    "a: for i<2 m[i]=i*2\nb: for i<2 _=m[i]",
  ),
  {
    ...one(
      "article-1000",
      "the same with a thousand rounds: too large to explore, for run and --random",
      "a: for i<1000 m[i]=i*2\nb: for i<1000 _=m[i]",
    ),
    large: true,
  },
  one(
    "growth",
    "what a reader can catch while a writer makes the map grow (use --seen b)",
    "map m {0..7}\na: m[8]=81\nb: x=m[3]",
  ),
  one(
    "growth-moving",
    "a map that is growing already: the writer moves buckets while the reader looks for an element",
    "map m {0..8}\na: m[3]=33\nb: x=m[5]",
  ),
  one(
    "timeline",
    "three moments: the reader checks the flag (T1), the writer sets it (T2), the reader goes on reading (T3)",
    "map m {1: 10}\nwriter: m[2]=20\nreader: x=m[1]",
  ),
  one("two-writers", "both are stopped, or one, or none", "map m {1: 10, 2: 20}\na: m[1]=11\nb: m[2]=22"),
  one(
    "first-write",
    "two writers on an empty map, which makes its first bucket or group",
    "a: m[1]=5\nb: m[2]=6",
  ),
  one("counter", "m[k]++ in two goroutines", "map m {1: 0}\na: m[1]++\nb: m[1]++"),
  one(
    "mutex",
    "the same with a mutex: nothing can happen",
    "map m {1: 0}\nmutex mu\na: mu.Lock(); m[1]++; mu.Unlock()\nb: mu.Lock(); m[1]++; mu.Unlock()",
  ),
  one(
    "write-under-rlock",
    "writes under a lock for readers",
    "map m {1: 0}\nrwmutex rw\na: rw.RLock(); m[1]++; rw.RUnlock()\nb: rw.RLock(); m[1]++; rw.RUnlock()",
  ),
  one(
    "accident",
    "accesses that an unrelated lock orders in some schedules: what a check of order alone can miss",
    "map m {1: 10}\nmutex mu\na: m[1]=11; mu.Lock(); mu.Unlock()\nb: mu.Lock(); mu.Unlock(); x=m[1]",
  ),
  one(
    "handed-over",
    "a channel hands the map over: nothing can happen",
    "map m {1: 10}\nchan c\na: m[1]=11; c<-1\nb: <-c; x=m[1]",
  ),
  one(
    "range-delete",
    "an iteration beside a delete",
    "map m {1: 10, 2: 20}\na: for k, v = range m { }\nb: delete m[1]",
  ),
  { name: "triggers", shows: "which pairs of operations can end the program", programs: triggers },
  one("store-buffering", "litmus test SB: 0, 0 under x86-TSO only", "var x var y\na: x=1; r=y\nb: y=1; r=x"),
  one(
    "store-buffering-fenced",
    "SB with fences: 0, 0 never",
    "var x var y\na: x=1; fence; r=y\nb: y=1; fence; r=x",
  ),
  one("message-passing", "litmus test MP: 1, 0 never", "var x var y\na: x=1; y=1\nb: r=y; s=x"),
  one("load-buffering", "litmus test LB: 1, 1 never", "var x var y\na: r=x; y=1\nb: r=y; x=1"),
  one(
    "iriw",
    "litmus test IRIW: two readers never disagree about the order of two writes",
    "var x var y\na: x=1\nb: y=1\nc: r=x; s=y\nd: r=y; s=x",
  ),
];
