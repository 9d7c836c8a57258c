// Package turns lets a program be measured in short turns: it waits for a command on its standard input, works, and
// answers with what that cost. Several programs that live at the same time can so take turns, and a slow moment of the
// machine meets all of them.
package turns

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// Timer adds up the time of the parts of a turn that count.
type Timer struct {
	wall, cpu           int64
	startWall, startCPU int64
	operations          int
	began               time.Time
}

// Settle collects garbage, so that what was prepared before does not disturb what is timed now.
func (t *Timer) Settle() {
	runtime.GC()
}

// Start begins a part that counts.
func (t *Timer) Start() {
	t.startCPU = CPU()
	t.startWall = int64(time.Since(t.began))
}

// Stop ends a part that counts, in which so many operations were done.
func (t *Timer) Stop(operations int) {
	t.wall += int64(time.Since(t.began)) - t.startWall
	t.cpu += CPU() - t.startCPU
	t.operations += operations
}

// Work is one turn of a program: it does what the words say, and gives a sum that is the same in every build.
type Work func(t *Timer, words []string) (sum uint64, err error)

// Serve reads one command a line, and answers each with a line: nanoseconds of wall time, nanoseconds of CPU time of
// the whole process, operations, sum. It returns when the input ends.
func Serve(work Work) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		t := &Timer{began: time.Now()}
		sum, err := work(t, strings.Fields(lines.Text()))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(t.wall, t.cpu, t.operations, sum)
	}
}
