package runtime

import "unsafe"

func maptrapLeaveBubble(gp *g) unsafe.Pointer {
	bubble := unsafe.Pointer(gp.bubble)
	gp.bubble = nil
	return bubble
}

func maptrapEnterBubble(gp *g, bubble unsafe.Pointer) {
	gp.bubble = (*synctestBubble)(bubble)
}
