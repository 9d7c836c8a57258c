/** Which operating system and which processor the names of files tell. */
import type { CrashFrame } from "./crash-text.js";

const systems =
  "aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|netbsd|openbsd|plan9|solaris|wasip1|windows";
const processors =
  "386|amd64|arm|arm64|loong64|mips64x|mips64le|mips64|mipsx|mipsle|mips|ppc64x|ppc64le|ppc64|riscv64|s390x|wasm";

/** `sys_linux_amd64.s`, `asm_amd64.s`, `os_windows.go`, `signal_linux_arm64.go` */
const suffix = new RegExp(`_(?:(${systems})(?:_(${processors}))?|(${processors}))\\.(?:go|s)$`);

/** Collects what the frames of one program tell. */
export class PlatformSigns {
  #os: string | null = null;
  #architecture: string | null = null;

  get os(): string | null {
    return this.#os;
  }

  get architecture(): string | null {
    return this.#architecture;
  }

  see(frame: CrashFrame): void {
    if (frame.file === null || (this.#os !== null && this.#architecture !== null)) {
      return;
    }
    const found = suffix.exec(frame.file);
    this.#os ??= found?.[1] ?? pathSystem(frame.file);
    this.#architecture ??= found?.[2] ?? found?.[3] ?? null;
  }
}

/** Paths that only one system has. */
function pathSystem(file: string): string | null {
  if (/^[A-Za-z]:[\\/]/.test(file)) {
    return "windows";
  }
  return file.startsWith("/Users/") || file.includes("/Cellar/go/") ? "darwin" : null;
}
