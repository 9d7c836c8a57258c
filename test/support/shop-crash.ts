/** A small program with a map that one of its goroutines changes without the lock, and what it printed when it died. */
import { indexSource } from "../../src/evidence/source/index-source.js";
import type { SourceFacts } from "../../src/evidence/source/facts.js";
import { folderWith, removeFolder } from "./maptrap-command.js";

/** The program's files. */
export const shopProgram: Readonly<Record<string, string>> = {
  "go.mod": "module example.com/shop\n\ngo 1.19\n",
  "cache.go": `package main

import "sync"

// Cache counts what is asked for.
type Cache struct {
	mu    sync.Mutex
	items map[string]int
}

// Put adds one.
func (c *Cache) Put(name string) {
	c.items[name]++
}

// Get counts.
func (c *Cache) Get(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.items[name]
}

// Drop forgets one.
func (c *Cache) Drop(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.items, name)
}
`,
  "main.go": `package main

import "time"

func main() {
	cache := &Cache{items: map[string]int{"tea": 1}}
	go func() {
		for {
			cache.Put("milk")
		}
	}()
	go func() {
		for {
			cache.Get("tea")
		}
	}()
	go func() {
		for range time.Tick(time.Hour) {
			cache.Drop("tea")
		}
	}()
	select {}
}
`,
};

/** What it prints with Go 1.23: all goroutines. */
export const wholeText = `fatal error: concurrent map read and map write

goroutine 18 [running]:
main.(*Cache).Get(0x0?, {0x494a07?, 0x0?})
	/home/ada/shop/cache.go:20 +0xa5
main.main.func2()
	/home/ada/shop/main.go:14 +0x28
created by main.main in goroutine 1
	/home/ada/shop/main.go:12 +0xc8

goroutine 1 [select (no cases)]:
main.main()
	/home/ada/shop/main.go:22 +0xfa

goroutine 17 [runnable]:
main.(*Cache).Put(...)
	/home/ada/shop/cache.go:13
main.main.func1()
	/home/ada/shop/main.go:9 +0x33
created by main.main in goroutine 1
	/home/ada/shop/main.go:7 +0x9b

goroutine 19 [chan receive]:
main.main.func3()
	/home/ada/shop/main.go:18 +0x74
created by main.main in goroutine 1
	/home/ada/shop/main.go:17 +0xf5
`;

/** What it prints with Go 1.27: the goroutine that noticed. */
export const oneSidedText = `fatal error: concurrent map read and map write

goroutine 6 [running]:
internal/runtime/maps.fatal({0x49067a?, 0x0?})
	/usr/lib/go-1.27/src/runtime/panic.go:1195 +0x18
main.(*Cache).Get(0x0?, {0x48b050?, 0x0?})
	/home/ada/shop/cache.go:20 +0xa5
main.main.func2()
	/home/ada/shop/main.go:14 +0x28
created by main.main in goroutine 1
	/home/ada/shop/main.go:12 +0xeb
`;

/** What the recorder prints after {@link oneSidedText}. */
export const lastWords = `==================
WARNING: CONCURRENT MAP USE (maptrap, recorded)
map[string]int at 0xc000012345, 17 elements, growing (3 of 8 old buckets evacuated)
Write (the other side; its changes began 1203µs before) by goroutine 5:
  main.(*Cache).Put()
      /home/ada/shop/cache.go:13
  main.main.func1()
      /home/ada/shop/main.go:9
Read (the side that noticed) by goroutine 6:
  main.(*Cache).Get()
      /home/ada/shop/cache.go:20
  main.main.func2()
      /home/ada/shop/main.go:14
Goroutine 6 was started by goroutine 1 at:
  main.main()
      /home/ada/shop/main.go:12
Goroutine 5 was started by goroutine 1 at:
  main.main()
      /home/ada/shop/main.go:7
==================
`;

/** What the recorder prints when it does not know the other side. */
export const lastWordsAlone = `==================
WARNING: CONCURRENT MAP USE (maptrap, inferred)
map[string]int at 0xc000012345, 17 elements
The other side was not recorded.
Read (the side that noticed) by goroutine 6:
  main.(*Cache).Get()
      /home/ada/shop/cache.go:20
==================
`;

/** What the race detector prints of it with Go 1.23. */
export const raceText = `==================
WARNING: DATA RACE
Write at 0x00c00007e0c0 by goroutine 7:
  runtime.mapassign_faststr()
      /usr/lib/go-1.23/src/runtime/map_faststr.go:223 +0x0
  main.(*Cache).Put()
      /home/ada/shop/cache.go:13 +0x84
  main.main.func1()
      /home/ada/shop/main.go:9 +0x30

Previous read at 0x00c00007e0c0 by goroutine 8:
  runtime.mapaccess1_faststr()
      /usr/lib/go-1.23/src/runtime/map_faststr.go:13 +0x0
  main.(*Cache).Get()
      /home/ada/shop/cache.go:20 +0xa4
  main.main.func2()
      /home/ada/shop/main.go:14 +0x30

Goroutine 7 (running) created at:
  main.main()
      /home/ada/shop/main.go:7 +0x112

Goroutine 8 (running) created at:
  main.main()
      /home/ada/shop/main.go:12 +0x168
==================
`;

/** What a nil map does to a program: a panic, which is no conflict. */
export const panicText = `panic: assignment to entry in nil map

goroutine 1 [running]:
main.(*Cache).Put(...)
	/home/ada/shop/cache.go:13
main.main()
	/home/ada/shop/main.go:6 +0x58
exit status 2
`;

/** The facts of the program's source, as if it lay in /home/ada/shop. */
export async function shopFacts(): Promise<SourceFacts> {
  const folder = await folderWith(shopProgram);
  try {
    return { ...(await indexSource(folder, { cacheFolder: null })), root: "/home/ada/shop" };
  } finally {
    await removeFolder(folder);
  }
}
