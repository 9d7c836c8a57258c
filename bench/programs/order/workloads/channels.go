package main

func init() {
	workloads["channels/ping-pong"] = pingPong
	workloads["channels/pipeline, unbuffered"] = func(n int) uint64 { return pipeline(n/4, 0) }
	workloads["channels/pipeline, 64 buffered"] = func(n int) uint64 { return pipeline(n/4, 64) }
	workloads["channels/fan out and in"] = fan
	workloads["channels/select of 4"] = selecting
	workloads["channels/semaphore"] = semaphore
}

// pingPong sends a number to and fro.
func pingPong(n int) uint64 {
	to, fro := make(chan uint64), make(chan uint64)
	go func() {
		for v := range to {
			fro <- mix(v)
		}
		close(fro)
	}()
	v := uint64(1)
	for i := 0; i < n/2; i++ {
		to <- v
		v = <-fro
	}
	close(to)
	<-fro
	return v
}

// pipeline sends n values through four stages.
func pipeline(n, buffer int) uint64 {
	in := make(chan uint64, buffer)
	go func(first chan<- uint64) {
		for i := 0; i < n; i++ {
			first <- uint64(i)
		}
		close(first)
	}(in)
	for stage := 0; stage < 3; stage++ {
		out := make(chan uint64, buffer)
		go func(in <-chan uint64, out chan<- uint64) {
			for v := range in {
				out <- mix(v)
			}
			close(out)
		}(in, out)
		in = out
	}
	sum := uint64(0)
	for v := range in {
		sum += v
	}
	return sum
}

// fan gives work to eight goroutines, and gathers what they make of it.
func fan(n int) uint64 {
	jobs, results := make(chan uint64, 16), make(chan uint64, 16)
	go func() {
		for i := 0; i < n/2; i++ {
			jobs <- uint64(i)
		}
		close(jobs)
	}()
	go func() {
		together(8, func(int) uint64 {
			for job := range jobs {
				v := job
				for i := 0; i < 20; i++ {
					v = mix(v)
				}
				results <- v
			}
			return 0
		})
		close(results)
	}()
	sum := uint64(0)
	for v := range results {
		sum += v
	}
	return sum
}

// selecting receives from four goroutines and a channel on which nothing comes.
func selecting(n int) uint64 {
	var from [4]chan uint64
	for i := range from {
		from[i] = make(chan uint64, i)
		go func(to chan<- uint64, n int) {
			for i := 0; i < n; i++ {
				to <- uint64(i)
			}
			close(to)
		}(from[i], n/8)
	}
	sum, done, quit := uint64(0), 0, make(chan struct{})
	for done < len(from) {
		var v uint64
		var ok bool
		at := 0
		select {
		case v, ok = <-from[0]:
		case v, ok = <-from[1]:
			at = 1
		case v, ok = <-from[2]:
			at = 2
		case v, ok = <-from[3]:
			at = 3
		case <-quit:
		}
		if !ok {
			from[at] = nil
			done++
		}
		sum += mix(v)
	}
	return sum
}

// semaphore lets at most two of eight goroutines work at a time.
func semaphore(n int) uint64 {
	slots := make(chan struct{}, 2)
	return together(8, func(g int) (sum uint64) {
		for i := 0; i < n/16; i++ {
			slots <- struct{}{}
			sum += mix(uint64(g*n + i))
			<-slots
		}
		return sum
	})
}
