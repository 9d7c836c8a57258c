package runtime

// maptrapCPUs is the number of processors at the start.
func maptrapCPUs() int32 {
	return ncpu
}
