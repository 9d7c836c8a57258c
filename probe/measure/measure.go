// Measure runs a program and writes down what it cost: the time by the clock, processor time, the most memory. It is
// built with the user's toolchain, for maptrap compare.
//
//	measure FOLDER PROGRAM ARGUMENTS…
//
// Signals are passed on, and the status is the program's own (128 and the signal's number when a signal ended it).
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "measure: FOLDER PROGRAM ARGUMENTS…")
		os.Exit(2)
	}
	program := &exec.Cmd{Path: os.Args[2], Args: os.Args[2:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)
	began := time.Now()
	if err := program.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(127)
	}
	go func() {
		for s := range signals {
			program.Process.Signal(s)
		}
	}()
	// An error here is the program's own status.
	program.Wait()
	wall := time.Since(began)
	status := program.ProcessState.Sys().(syscall.WaitStatus)
	code := status.ExitStatus()
	if status.Signaled() {
		code = 128 + int(status.Signal())
	}
	usage := program.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := usage.Utime.Nano() + usage.Stime.Nano()
	record := fmt.Sprintf("%d %d %d %d\n", wall.Nanoseconds(), cpu, int64(usage.Maxrss)*1024, code)
	name := filepath.Join(os.Args[1], fmt.Sprint(os.Getpid()))
	if err := os.WriteFile(name, []byte(record), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
	}
	os.Exit(code)
}
