/** Short texts as Go programs print them. */

/** Go 1.9: the runtime's frames with their addresses, a logger, two more goroutines. */
export const go19 = `fatal error: concurrent map read and map write

goroutine 1409 [running]:
runtime.throw(0x17b9212, 0x21)
	/usr/local/go/src/runtime/panic.go:605 +0x95 fp=0xc420d6a790 sp=0xc420d6a770 pc=0x42bb85
runtime.mapaccess2(0x159fc40, 0xc4202bef90, 0xc42038d480, 0xc4208999d8, 0xc420899a01)
	/usr/local/go/src/runtime/hashmap.go:413 +0x24e fp=0xc420d6a7d8 sp=0xc420d6a790 pc=0x40887e
main.(*Store).Get(0xc420293960, 0xc42089cf00, 0x3a)
	/home/ada/go/src/github.com/ada/store/store.go:52 +0x3b2 fp=0xc420d6aec8 sp=0xc420d6add0 pc=0x128ec42
runtime.goexit()
	/usr/local/go/src/runtime/asm_amd64.s:2337 +0x1 fp=0xc420d6afa0 sp=0xc420d6af98 pc=0x45caf1
created by main.main
	/home/ada/go/src/github.com/ada/store/main.go:29 +0x2a0

goroutine 1 [chan receive, 3 minutes]:
main.main()
	/home/ada/go/src/github.com/ada/store/main.go:31 +0x31

goroutine 1410 [runnable]:
main.(*Store).Put(0xc420293960, 0xc42089cf00, 0x3a)
	/home/ada/go/src/github.com/ada/store/store.go:60 +0x11
created by main.main
	/home/ada/go/src/github.com/ada/store/main.go:30 +0x2c0
exit status 2
`;

/** Go 1.24: the runtime's frames hidden, the other side on another thread. */
export const go124 = `fatal error: concurrent map writes

goroutine 19 [running]:
internal/runtime/maps.fatal({0x4e413c?, 0x46accf?})
	/usr/local/go/src/runtime/panic.go:1058 +0x18
main.(*Store).Put(0xc000012345, {0x7fff397f7a95?, 0x3?}, 0x1)
	/home/ada/store/store.go:61 +0x185
main.main.func1()
	/home/ada/store/main.go:20 +0x27
created by main.main in goroutine 1
	/home/ada/store/main.go:19 +0x4f

goroutine 1 [sync.WaitGroup.Wait]:
sync.runtime_SemacquireWaitGroup(0xc0000a4018?)
	/usr/local/go/src/runtime/sema.go:110 +0x25
sync.(*WaitGroup).Wait(0xc00012e0a0)
	/usr/local/go/src/sync/waitgroup.go:118 +0x48
main.main()
	/home/ada/store/main.go:23 +0xf4

goroutine 18 [running]:
	goroutine running on other thread; stack unavailable
created by main.main in goroutine 1
	/home/ada/store/main.go:19 +0x4f
`;

/** A race report of Go 1.23. */
export const race = `==================
WARNING: DATA RACE
Read at 0x00c00012a0f0 by goroutine 7:
  runtime.mapaccess1_fast64()
      /usr/local/go/src/runtime/map_fast64.go:13 +0x0
  main.(*Store).Get()
      /home/ada/store/store.go:12 +0x44

Previous write at 0x00c00012a0f0 by main goroutine:
  runtime.mapassign_fast64()
      /usr/local/go/src/runtime/map_fast64.go:113 +0x0
  main.main()
      /home/ada/store/main.go:16 +0xb8

Goroutine 7 (running) created at:
  main.main()
      /home/ada/store/main.go:14 +0x3a
==================
`;

/** A report of the probe. */
export const probe = `==================
WARNING: CONCURRENT MAP USE (maptrap, caught)
map[string]int at 0xc000012345, 3 elements
Delete by goroutine 7:
  main.(*Store).Drop()
      /home/ada/store/store.go:12
Iteration (held in a trap for 512µs) by goroutine 8:
  main.(*Store).All(...)
      /home/ada/store/store.go:20
Goroutine 7 was started by goroutine 1 at:
  main.main()
      /home/ada/store/main.go:29
==================
`;

/** What the recorder prints after Go's own text, which shows one goroutine from Go 1.26 on. */
export const recorded = `fatal error: concurrent map read and map write

goroutine 12 [running]:
internal/runtime/maps.fatal({0x4e413c?, 0x46accf?})
	/usr/local/go/src/runtime/panic.go:1181 +0x18
main.reader(...)
	/home/ada/store/main.go:20
created by main.main in goroutine 1
	/home/ada/store/main.go:28 +0x85
==================
WARNING: CONCURRENT MAP USE (maptrap, recorded)
map[string]int at 0xc000012345, 17 elements, growing (3 of 8 old buckets evacuated)
Write (the other side; its changes began 1203µs before) by goroutine 7:
  main.writer()
      /home/ada/store/main.go:12
  (callers were not recorded)
Read (the side that noticed) by goroutine 12:
  main.reader()
      /home/ada/store/main.go:20
  main.main.gowrap2()
      /home/ada/store/main.go:28
Goroutine 7 was started by goroutine 1 at:
  main.main()
      /home/ada/store/main.go:27
Goroutine 12 was started by goroutine 1 at:
  main.main()
      /home/ada/store/main.go:28
==================
exit status 2
`;

/** Lines of an ordinary log. */
export function logLines(count: number): string {
  return Array.from(
    { length: count },
    (_, n) => `2026-03-12T10:11:12Z INFO served ${n} in ${n % 90}ms\n`,
  ).join("");
}
