/**
 * Signals that the process sends to itself: what is done before comes before what follows the signal's arrival in package os/signal. A signal that
 * comes from elsewhere orders nothing by itself.
 */
import type { Edit, FileChange } from "../changes.js";
import { tell, tellFromOutside } from "./told.js";

const kills: Edit = {
  anchor: "func Kill",
  find: /^func Kill\(pid int, sig Signal\) \(err error\) \{$/m,
  replace: ([text]) => `${text} maptrapKills();`,
};

/** The machines that the probe records on. */
const machines = ["amd64", "arm64", "386", "arm"] as const;

/** For the files of the machines, which do not import internal/race. */
const killsEnd = (): string =>
  `\n// maptrapKills notes that a signal is about to be sent.\nfunc maptrapKills() { ${tellFromOutside("race.MaptrapSignals()")} }\n`;

/** Signals that os.Process sends by a descriptor of the process. */
const byDescriptor: FileChange = {
  file: "internal/syscall/unix/pidfd_linux.go",
  hooks: [],
  edits: [
    {
      anchor: "the import of syscall",
      find: /^import "syscall"$/m,
      replace: () => 'import ("internal/race"; "syscall")',
    },
    {
      anchor: "func PidFDSendSignal",
      find: /^func PidFDSendSignal\(.*\{$/m,
      replace: ([text]) => `${text} ${tellFromOutside("race.MaptrapSignals()")}`,
    },
  ],
};

/**
 * The changes for signals.
 * @param minor the NN of Go 1.NN
 */
export function signalChanges(minor: number): FileChange[] {
  const received: Edit = {
    anchor: "the return of signal_recv",
    find: /^\t\t\t\treturn i$/m,
    replace: () => `\t\t\t\t${tell("maptrapOrderSignalled()")}; return i`,
  };
  const sends: FileChange[] = machines.map((machine) => ({
    file: `syscall/zsyscall_linux_${machine}.go`,
    hooks: [],
    edits: [kills],
  }));
  return [
    { file: "runtime/sigqueue.go", hooks: [], edits: [received] },
    ...sends,
    { file: "syscall/syscall_unix.go", hooks: [], edits: [], ends: [killsEnd] },
    ...(minor < 23 ? [] : [byDescriptor]),
  ];
}
