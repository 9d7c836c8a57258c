/**
 * Files and sockets: what is done before something is written comes before what follows when it is read, whatever the way between the two. As
 * for the race detector there is one address for all of them, for which file leads to which other one is not known.
 */
import type { Edit, FileChange } from "../changes.js";
import { translateBlocks, wholeFunction } from "./blocks.js";
import { AnchorError } from "../anchors.js";
import { tellFromOutside } from "./told.js";

const sends = tellFromOutside("race.MaptrapSend()");
const receives = tellFromOutside("race.MaptrapReceive()");

/** A function that tells the race detector. */
function io(func: string, blocks = 1): Edit {
  return {
    anchor: `func ${func}`,
    find: wholeFunction(func),
    replace: ([text], context) =>
      translateBlocks(text, { func, blocks }, context)
        .replaceAll("race.MaptrapMerge(unsafe.Pointer(&ioSync))", "race.MaptrapSend()")
        .replaceAll("race.MaptrapAcquire(unsafe.Pointer(&ioSync))", "race.MaptrapReceive()"),
  };
}

/** A statement at the entry of a function. */
function atEntry(func: string, statement: string): Edit {
  return {
    anchor: `func ${func}`,
    find: new RegExp(`^func ${func}\\(.*\\{$`, "m"),
    replace: ([text]) => `${text} ${statement}`,
  };
}

/** A function that receives, after which it returns when that failed. */
function afterFailure(func: string, statement = receives): Edit {
  const failed = /^\t\treturn\n\t\}$/m;
  return {
    anchor: `func ${func}`,
    find: wholeFunction(func),
    replace: ([text], context) => {
      if (!failed.test(text)) {
        throw new AnchorError(context.file, `the return on failure in func ${func}`, context.goVersion, 0);
      }
      return text.replace(failed, (whole) => `${whole}; ${statement}`);
    },
  };
}

/** A function that receives a message. */
function afterMessage(func: string): Edit {
  const received = /^\tn, oobn, recvflags, err = recvmsgRaw\(.*\)$/m;
  return {
    anchor: `func ${func}`,
    find: wholeFunction(func),
    replace: ([text], context) => {
      if (!received.test(text)) {
        throw new AnchorError(context.file, `the call of recvmsgRaw in func ${func}`, context.goVersion, 0);
      }
      return text.replace(received, (call) => `${call}; ${receives}`);
    },
  };
}

/** Makes internal/race known in a file that does not import it. */
const imports: Edit = {
  anchor: "the first import",
  find: /^import \(\n\t(?=")/m,
  replace: ([text]) => `${text}"internal/race"; `,
};

const importsOne: Edit = {
  anchor: 'import "sync/atomic"',
  find: /^import "sync\/atomic"$/m,
  replace: () => 'import ("internal/race"; "sync/atomic"; "unsafe")',
};

const unix: FileChange = {
  file: "syscall/syscall_unix.go",
  hooks: [],
  edits: [
    ...["Read", "Write", "Pread", "Pwrite", "Sendfile"].map((func) => io(func)),
    ...["Connect", "SendmsgN", "sendmsgNInet4", "sendmsgNInet6", "sendtoInet4", "sendtoInet6", "Sendto"].map(
      (func) => atEntry(func, sends),
    ),
    ...["Recvfrom", "recvfromInet4", "recvfromInet6"].map((func) => afterFailure(func)),
    ...["recvmsgInet4", "recvmsgInet6", "Recvmsg"].map((func) => afterMessage(func)),
  ],
  ends: [
    () =>
      `\n// maptrapReceives notes that a connection was accepted.\nfunc maptrapReceives() { ${receives} }\n`,
  ],
};

const linux: FileChange = {
  file: "syscall/syscall_linux.go",
  hooks: [],
  // This file does not import internal/race.
  edits: [afterFailure("Accept4", "maptrapReceives()")],
};

const windows: FileChange = {
  file: "syscall/syscall_windows.go",
  hooks: [],
  edits: ["ReadFile", "WriteFile"].map((func) => io(func)),
};

/**
 * The lock of a file in package internal/poll. Reading and writing have a lock each. Whoever is under way when the file is closed, or its
 * deadline moved, comes after that, because it may return for that reason.
 */
const fileLock: FileChange = {
  file: "internal/poll/fd_mutex.go",
  hooks: [],
  edits: [
    importsOne,
    atEntry("\\(mu \\*fdMutex\\) incref", tellFromOutside("race.MaptrapMerge(unsafe.Pointer(&mu.state))")),
    atEntry(
      "\\(mu \\*fdMutex\\) increfAndClose",
      tellFromOutside("race.MaptrapMerge(unsafe.Pointer(&mu.state))"),
    ),
    {
      anchor: "the ends of func rwlock of fdMutex",
      find: wholeFunction("\\(mu \\*fdMutex\\) rwlock"),
      replace: ([text], context) => {
        const told = text
          .replace(/^\t\t\treturn false$/m, (end) => `\t\t\t${acquires("mu.state")}; ${end.trimStart()}`)
          .replace(
            /^\t\t\t\treturn true$/m,
            (end) => `\t\t\t\t${acquires("*mutexSema")}; ${end.trimStart()}`,
          );
        return wanted(told, "race.Maptrap", 4, context.file, context.goVersion);
      },
    },
    {
      anchor: "the ways of func rwunlock of fdMutex",
      find: wholeFunction("\\(mu \\*fdMutex\\) rwunlock"),
      replace: ([text], context) => {
        const told = text
          .replace(
            /^\tfor \{$/m,
            (start) =>
              `\t${tellFromOutside("race.MaptrapRelease(unsafe.Pointer(mutexSema))")}; ${start.trimStart()}`,
          )
          .replace(/^\t\t\treturn (?=new&)/m, (end) => `\t\t\t${acquires("mu.state")}; ${end.trimStart()}`);
        return wanted(told, "race.Maptrap", 4, context.file, context.goVersion);
      },
    },
    {
      anchor: "the end of func decref of fdMutex",
      find: wholeFunction("\\(mu \\*fdMutex\\) decref"),
      replace: ([text], context) => {
        const told = text.replace(
          /^\t\t\treturn (?=new&)/m,
          (end) => `\t\t\t${acquires("mu.state")}; ${end.trimStart()}`,
        );
        return wanted(told, "race.Maptrap", 2, context.file, context.goVersion);
      },
    },
  ],
};

/** An acquire of a field. */
function acquires(field: string): string {
  const address = field.startsWith("*") ? field.slice(1) : `&${field}`;
  return tellFromOutside(`race.MaptrapAcquire(unsafe.Pointer(${address}))`);
}

/** The text, when what was put into it is there as often as it should be. */
function wanted(text: string, what: string, times: number, file: string, goVersion: string): string {
  const found = text.split(what).length - 1;
  if (found !== times) {
    throw new AnchorError(file, "the ends of a function of fdMutex", goVersion, found, times);
  }
  return text;
}

/** Who reads to the end comes after who closed the other side. */
const closing: FileChange[] = [
  {
    file: "internal/poll/fd_unix.go",
    hooks: [],
    edits: [imports, atEntry("\\(fd \\*FD\\) destroy", sends)],
  },
  {
    file: "internal/poll/fd_posix.go",
    hooks: [],
    edits: [imports, atEntry("\\(fd \\*FD\\) Shutdown", sends)],
  },
  { file: "internal/poll/fd_writev_unix.go", hooks: [], edits: [imports, atEntry("writev", sends)] },
  { file: "internal/poll/splice_linux.go", hooks: [], edits: [imports, atEntry("splice", sends)] },
];

const pollWindows: FileChange = {
  file: "internal/poll/fd_windows.go",
  hooks: [],
  edits: ["Read", "Write", "Writev"].map((name) => io(`\\(fd \\*FD\\) ${name}`)),
};

/** The changes for files and sockets; the same in all versions. */
export const fileChanges: readonly FileChange[] = [unix, linux, windows, fileLock, ...closing, pollWindows];
