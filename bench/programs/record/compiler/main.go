// Command compiler works as a compiler's front end does, on the source of the Go distribution that it is given. A command
// is `format N`: parse and format the Nth part of the standard library and the go command's tools; or `types N`: parse and
// type-check a package with all that it imports. `compiler GOROOT parts` prints how many parts and packages there are.
package main

import (
	"fmt"
	"os"
	"strconv"

	"example.com/record/turns"
)

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: compiler GOROOT [parts]"))
	}
	goroot := os.Args[1]
	parts, err := sourceParts(goroot)
	if err != nil {
		fail(err)
	}
	if len(os.Args) > 2 && os.Args[2] == "parts" {
		fmt.Println(len(parts), len(checkedPackages))
		return
	}
	turns.Serve(func(t *turns.Timer, words []string) (uint64, error) {
		if len(words) != 2 {
			return 0, fmt.Errorf("not a kind of work and a number: %q", words)
		}
		n, err := strconv.Atoi(words[1])
		if err != nil || n < 0 {
			return 0, fmt.Errorf("not a number: %q", words)
		}
		switch words[0] {
		case "format":
			return formatPart(t, parts[n%len(parts)])
		case "types":
			return checkTypes(t, goroot, checkedPackages[n%len(checkedPackages)])
		}
		return 0, fmt.Errorf("no such work: %q", words)
	})
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
