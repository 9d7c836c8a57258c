/**
 * A crash text to try: what examples/config-reload really printed, built with Go 1.24. It is the text config-reload/go1.24/all/plain/1 of
 * test/fixtures/crash-texts/examples (see the README there for how these are made). Its source is that of the example; a test sees to
 * it that both stay so.
 */
import type { HeldSource } from "./calls.js";

/** Its name, as the page shows it. */
export const exampleName = "example: config-reload";

/** The text. */
export const exampleText = `fatal error: concurrent map read and map write

goroutine 36 [running]:
internal/runtime/maps.fatal({0x4bad55?, 0xc00011df00?})
\t/usr/lib/go-1.24/src/runtime/panic.go:1058 +0x18
example.com/config-reload/config.Get(...)
\t/home/dev/src/config-reload/config/config.go:10
main.main.func2()
\t/home/dev/src/config-reload/main.go:31 +0x85
created by main.main in goroutine 1
\t/home/dev/src/config-reload/main.go:28 +0x76

goroutine 1 [sync.WaitGroup.Wait]:
sync.runtime_SemacquireWaitGroup(0xc000104140?)
\t/usr/lib/go-1.24/src/runtime/sema.go:110 +0x25
sync.(*WaitGroup).Wait(0xc000110030?)
\t/usr/lib/go-1.24/src/sync/waitgroup.go:118 +0x48
main.main()
\t/home/dev/src/config-reload/main.go:36 +0xdb

goroutine 34 [runnable]:
example.com/config-reload/config.Reload(...)
\t/home/dev/src/config-reload/config/config.go:16
main.main.func1()
\t/home/dev/src/config-reload/main.go:19 +0x285
created by main.main in goroutine 1
\t/home/dev/src/config-reload/main.go:16 +0x69

goroutine 35 [runnable]:
internal/runtime/maps.(*Map).getWithoutKeySmallFastStr(0xc0000a0000?, 0x4a2580?, {0x4b55bc, 0x8})
\t/usr/lib/go-1.24/src/internal/runtime/maps/runtime_faststr_swiss.go:17 +0x245
example.com/config-reload/config.Get(...)
\t/home/dev/src/config-reload/config/config.go:10
main.main.func2()
\t/home/dev/src/config-reload/main.go:31 +0xb5
created by main.main in goroutine 1
\t/home/dev/src/config-reload/main.go:28 +0x76
`;

/** The files of examples/config-reload. */
export const exampleFiles: Readonly<Record<string, string>> = {
  "go.mod": `module example.com/config-reload

go 1.19
`,
  "main.go": `// A service whose settings can be changed while it answers.
package main

import (
\t"fmt"
\t"strconv"
\t"sync"

\t"example.com/config-reload/config"
)

func main() {
\tvar wg sync.WaitGroup

\twg.Add(1)
\tgo func() { // watches the file
\t\tdefer wg.Done()
\t\tfor version := 1; version <= 20; version++ {
\t\t\tconfig.Reload(map[string]string{
\t\t\t\t"greeting": "hello number " + strconv.Itoa(version),
\t\t\t\t"limit":    strconv.Itoa(10 * version),
\t\t\t})
\t\t}
\t}()

\tfor i := 0; i < 2; i++ {
\t\twg.Add(1)
\t\tgo func() { // answers
\t\t\tdefer wg.Done()
\t\t\tfor n := 0; n < 100; n++ {
\t\t\t\t_ = config.Get("greeting") + ", " + config.Get("language")
\t\t\t}
\t\t}()
\t}

\twg.Wait()
\tfmt.Println("limit is now", config.Get("limit"))
}
`,
  "config/config.go": `// Package config holds the settings of the program.
package config

// It began as a map filled once at the start, which everybody may read. Reload
// came a year later, so that nobody has to restart the service.
var settings = map[string]string{"greeting": "hello", "language": "en", "limit": "10"}

// Get returns one setting.
func Get(name string) string {
\treturn settings[name] // site: A
}

// Reload takes over what a new version of the file says.
func Reload(file map[string]string) {
\tfor name, value := range file {
\t\tsettings[name] = value // site: B
\t}
}
`,
};

/** Its source, as if it had been given. */
export const exampleSource: HeldSource = {
  folder: "config-reload",
  files: Object.entries(exampleFiles).map(([path, content]) => ({ path, blob: new Blob([content]) })),
};
