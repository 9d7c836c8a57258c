package runtime

// System call numbers, from Linux's table for x86-64.
const (
	maptrapSysFallocate  = 285
	maptrapSysReadlinkat = 267
)
