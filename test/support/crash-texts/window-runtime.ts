/**
 * The Go code that the widened window brings with it.
 *
 * `MAPWINDOW=N` in the environment: a change of a map counts to N before it goes on, with the map marked as being
 * changed; whoever is about to look at that mark waits as long for it. `MAPWINDOW_TELL=FILE`: who noticed, and who had
 * marked the map, is appended to FILE before the fatal error is printed.
 */

/** How the two packages that have map functions spell things. */
export interface WindowSpelling {
  /** `getcallersp` or `sys.GetCallerSP`, and the same for the PC. */
  readonly callerSp: string;
  readonly callerPc: string;
  /** Whether the map functions are in internal/runtime/maps. */
  readonly swiss: boolean;
}

/** What is put at the end of runtime/proc.go. */
export function runtimePart(spelling: WindowSpelling): string {
  const variable = spelling.swiss ? "maps.MapWindow" : "mapWindow";
  const push = (name: string) =>
    spelling.swiss ? `//go:linkname ${name} internal/runtime/maps.${name}\n` : "";
  const declared = spelling.swiss ? "" : "var mapWindow uint32\n";
  return `
${declared}
type mapWindowUser struct {
	goid  uint64
	count int
	pcs   [40]uintptr
}

var mapWindowUsers [256][2]mapWindowUser
var mapWindowFile int32 = -1

func mapWindowInit() {
	n := uint32(0)
	for _, digit := range []byte(gogetenv("MAPWINDOW")) {
		n = n*10 + uint32(digit-'0')
	}
	${variable} = n
	if file := gogetenv("MAPWINDOW_TELL"); file != "" && len(file) < 500 {
		var name [512]byte
		copy(name[:], file)
		mapWindowFile = open(&name[0], 0x441, 0644)
	}
}

//go:nosplit
//go:noinline
func mapWindowStack(user *mapWindowUser, pc, frame uintptr) {
	gp := getg()
	user.goid = uint64(gp.goid)
	user.pcs[0] = pc - firstmoduledata.text
	user.count = 1
	for user.count < len(user.pcs) && frame >= gp.stack.lo && frame < gp.stack.hi-16 {
		pc = *(*uintptr)(unsafe.Pointer(frame + 8))
		if pc < firstmoduledata.text || pc > firstmoduledata.etext {
			return
		}
		user.pcs[user.count] = pc - firstmoduledata.text
		user.count++
		next := *(*uintptr)(unsafe.Pointer(frame))
		if next <= frame {
			return
		}
		frame = next
	}
}

${push("mapWindowNote")}//go:nosplit
//go:noinline
func mapWindowNote(m unsafe.Pointer) {
	gp := getg()
	if mapWindowFile < 0 || gp.m == nil || gp != gp.m.curg {
		return
	}
	users := &mapWindowUsers[uintptr(m)>>4%256]
	if users[0].goid != uint64(gp.goid) {
		users[1] = users[0]
	}
	mapWindowStack(&users[0], ${spelling.callerPc}(), *(*uintptr)(unsafe.Pointer(${spelling.callerSp}() - 16)))
}

// What is told is put together in static memory: the functions here must not grow the stack, because there a goroutine
// can be stopped, and would be seen in them.
var mapWindowNoticed [8]mapWindowUser
var mapWindowTexts [8]mapWindowText

type mapWindowText struct {
	length int
	text   [2048]byte
}

${push("mapWindowTell")}//go:nosplit
//go:noinline
func mapWindowTell(m unsafe.Pointer) {
	gp := getg()
	if mapWindowFile < 0 || gp.m == nil || gp != gp.m.curg {
		return
	}
	noticed := &mapWindowNoticed[gp.goid%8]
	mapWindowStack(noticed, ${spelling.callerPc}(), *(*uintptr)(unsafe.Pointer(${spelling.callerSp}() - 16)))
	users := &mapWindowUsers[uintptr(m)>>4%256]
	other := &users[0]
	if other.goid == noticed.goid {
		other = &users[1]
	}
	line := &mapWindowTexts[gp.goid%8]
	line.length = 0
	mapWindowWords(line, noticed)
	mapWindowWords(line, other)
	line.text[line.length] = '\\n'
	write(uintptr(mapWindowFile), unsafe.Pointer(&line.text[0]), int32(line.length+1))
}

//go:nosplit
func mapWindowWords(line *mapWindowText, user *mapWindowUser) {
	line.text[line.length] = ' '
	line.text[line.length+1] = 'g'
	line.length += 2
	mapWindowNumber(line, user.goid)
	for i := 0; i < user.count; i++ {
		line.text[line.length] = ' '
		line.length++
		mapWindowNumber(line, uint64(user.pcs[i]))
	}
}

//go:nosplit
func mapWindowNumber(line *mapWindowText, n uint64) {
	end := line.length + 1
	for rest := n / 10; rest != 0; rest /= 10 {
		end++
	}
	for at := end; at > line.length; n /= 10 {
		at--
		line.text[at] = byte('0' + n%10)
	}
	line.length = end
}
`;
}

/** What is put at the end of internal/runtime/maps/map.go. */
export const mapsPart = `
var MapWindow uint32

//go:linkname mapWindowNote
func mapWindowNote(m unsafe.Pointer)

//go:linkname mapWindowTell
func mapWindowTell(m unsafe.Pointer)
`;
