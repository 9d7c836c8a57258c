package runtime

import "unsafe"

// Before Go 1.24 there are no synctest bubbles.
func maptrapLeaveBubble(gp *g) unsafe.Pointer         { return nil }
func maptrapEnterBubble(gp *g, bubble unsafe.Pointer) {}
