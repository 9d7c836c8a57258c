/**
 * A toolchain is one Go installation as it behaves in one directory: `go env` there decides which version is used (a
 * `toolchain` line in go.mod switches it), for which target it builds, and which flags the user has set.
 */

/** What `go env` says in the directory of the target program. */
export interface Toolchain {
  /** Absolute path of the go command. */
  readonly goCommand: string;
  /** GOROOT of the version that counts in that directory. */
  readonly goroot: string;
  /** Version without experiments, for example `go1.27.3`. */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  /** Target operating system. */
  readonly goos: string;
  /** Target architecture. */
  readonly goarch: string;
  /** GOEXPERIMENT as set by the user or by how the toolchain was built, for example `noswissmap`; often empty. */
  readonly experiments: string;
  /** The build cache's folder. */
  readonly gocache: string;
  /** GOFLAGS as set by the user. */
  readonly goflags: string;
  /** Path of go.mod; empty when there is none. */
  readonly gomod: string;
}
