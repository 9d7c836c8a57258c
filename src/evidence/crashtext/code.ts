/**
 * Whose code a frame of a crash text is. The text alone tells, so there is no module to compare with: what was not
 * downloaded or vendored and is not Go's is the program's own. In a GOPATH the repository of main.main decides.
 */
import { isDownloadedFile, isRuntimeCode, isStandardCode, packageOf } from "../../golang/standard-library.js";
import type { CrashFrame } from "./crash-text.js";

/** Whose code it is. */
export type CodeOwner = "runtime" | "standard" | "dependency" | "own";

/** Knows, for the program of one dump, whose code its frames are. */
export class CodeOwners {
  /** Path of the repository below a GOPATH's src folder that has main.main: `istio.io/istio`. */
  #repository: string | null = null;

  /** Any frame may tell where the program's own code lies. */
  see(frame: CrashFrame): void {
    if (this.#repository === null && frame.function === "main.main" && frame.file !== null) {
      this.#repository = repositoryOf(frame.file);
    }
  }

  /** Whose code a frame is. */
  of(frame: CrashFrame): CodeOwner {
    const path = packageOf(frame.function);
    if (path === "main") {
      return "own";
    }
    if (frame.function === "panic" || isStandardCode(frame, null)) {
      return isRuntimeCode(frame) || frame.function === "panic" ? "runtime" : "standard";
    }
    if (frame.file === null) {
      return /\/vendor\//.test(path) ? "dependency" : "own";
    }
    if (isDownloadedFile(frame.file)) {
      return "dependency";
    }
    const repository = this.#repository === null ? null : repositoryOf(frame.file);
    return repository === null || repository === this.#repository ? "own" : "dependency";
  }
}

/** `/home/ada/go/src/github.com/ada/shop/cache/cache.go` is in `github.com/ada/shop`. */
const gopathFile = /\/src\/((?:[a-z0-9-]+\.)+[a-z]{2,}\/[^/]+(?:\/[^/]+)?)\/.*\.go$/;
/** Hosts whose repositories have two elements after the host. */
const twoElements =
  /^(?:github\.com|gitlab\.com|bitbucket\.org|gitee\.com|codeberg\.org|go\.googlesource\.com)\//;

function repositoryOf(file: string): string | null {
  const path = gopathFile.exec(file.replaceAll("\\", "/"))?.[1];
  if (path === undefined) {
    return null;
  }
  return twoElements.test(path) ? path : path.split("/").slice(0, 2).join("/");
}
