package runtime

import "unsafe"

func maptrapLeaveBubble(gp *g) unsafe.Pointer {
	bubble := unsafe.Pointer(gp.syncGroup)
	gp.syncGroup = nil
	return bubble
}

func maptrapEnterBubble(gp *g, bubble unsafe.Pointer) {
	gp.syncGroup = (*synctestGroup)(bubble)
}
