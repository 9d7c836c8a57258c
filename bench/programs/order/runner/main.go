// Command runner runs a program to its end, and tells what that cost. A command is
// a folder to run it in, a file for its output, and the program with its arguments; words are separated by tabs.
//
// The answer: nanoseconds on the clock, nanoseconds of CPU time of the program and its children, 1, how it ended, and its largest
// resident memory in bytes.
package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		words := strings.Split(lines.Text(), "\t")
		if len(words) < 3 {
			fmt.Fprintf(os.Stderr, "not a folder, a file and a program: %q\n", words)
			os.Exit(1)
		}
		if err := run(words[0], words[1], words[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func run(folder, output string, command []string) error {
	out, err := os.Create(output)
	if err != nil {
		return err
	}
	defer out.Close()
	c := exec.Command(command[0], command[1:]...)
	c.Dir, c.Stdout, c.Stderr = folder, out, out
	began := time.Now()
	err = c.Run()
	wall := time.Since(began)
	if c.ProcessState == nil {
		return err
	}
	usage := c.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := usage.Utime.Nano() + usage.Stime.Nano()
	fmt.Println(wall.Nanoseconds(), cpu, 1, strings.ReplaceAll(c.ProcessState.String(), " ", "-"), usage.Maxrss*1024)
	return nil
}
