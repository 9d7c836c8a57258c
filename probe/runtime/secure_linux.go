package runtime

// maptrapSecure tells whether the program runs with more rights than its caller has (AT_SECURE): then the caller's
// environment must not make it write files.
func maptrapSecure() bool {
	return secureMode
}
