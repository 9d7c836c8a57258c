package runtime

// System call numbers, from Linux's table for arm64.
const (
	maptrapSysFallocate  = 47
	maptrapSysReadlinkat = 78
)
