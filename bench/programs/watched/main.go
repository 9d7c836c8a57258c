// Watched is a program to be watched: pairs of goroutines pass a token, and whoever has it changes the pair's map. So each
// change is by another goroutine than the one before, and all of them are recorded, up to the recorder's limit.
//
//	watched SECONDS PAIRS WORK
//
// It prints how many changes there were, and how many nanoseconds of processor time they took. With no pairs it is idle.
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

var sink int64

func number(at int) int {
	n, err := strconv.Atoi(os.Args[at])
	if err != nil {
		panic(err)
	}
	return n
}

func main() {
	seconds, pairs, work := number(1), number(2), number(3)
	var changes int64
	for i := 0; i < pairs; i++ {
		m := map[int]int{}
		there, back := make(chan int), make(chan int)
		use := func(in <-chan int, out chan<- int) {
			sum := 0
			for token := range in {
				m[token&1023] = token
				for j := 0; j < work; j++ {
					sum += j * token
				}
				atomic.StoreInt64(&sink, int64(sum))
				atomic.AddInt64(&changes, 1)
				out <- token + 1
			}
		}
		go use(there, back)
		go use(back, there)
		there <- 0
	}
	time.Sleep(time.Duration(seconds) * time.Second)
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	fmt.Println(atomic.LoadInt64(&changes), used.Utime.Nano()+used.Stime.Nano())
}
