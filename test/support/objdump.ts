/** What binutils' objdump says of code, to compare with. */
import { execFileSync } from "node:child_process";

/** Instructions by address, as objdump writes them. */
export function objdump(file: string, start: number, end: number): ReadonlyMap<number, string> {
  const text = execFileSync(
    "objdump",
    ["-d", "-w", "--no-show-raw-insn", `--start-address=${start}`, `--stop-address=${end}`, file],
    { maxBuffer: 1 << 30 },
  ).toString();
  const lines = text.split("\n").map((line) => /^\s*([0-9a-f]+):\t(.*)$/.exec(line));
  return new Map(
    lines.flatMap((line) => (line === null ? [] : [[Number.parseInt(line[1] ?? "", 16), line[2] ?? ""]])),
  );
}

/**
 * One way to write an instruction, for both sides: without what objdump adds (names, comments), with addresses instead of distances
 * from the next instruction, and without the scale 1, the displacement 0, and the count 1 of a shift.
 */
export function plainInstruction(text: string, next: number): string {
  return text
    .replace(/\s+#.*$/, "")
    .replace(/\s+/g, " ")
    .replace(/\s+<.*>$/, "")
    .replace(/(-?)0x([0-9a-f]+)\(%rip\)/, (_, sign: string, digits: string) => {
      const distance = Number.parseInt(digits, 16) * (sign === "-" ? -1 : 1);
      return `0x${(next + distance).toString(16)}`;
    })
    .replace(/^((?:lock )?(?:call|j[a-z]+)\s+)([0-9a-f]+)$/, "$10x$2")
    .replace(/\(,(%[a-z0-9]+),1\)/g, "(,$1)")
    .replaceAll(",1)", ")")
    .replace(/(?<![0-9a-f])0x0\(/, "(")
    .replace(/^((?:sh|sa|ro|rc)[lr][bwlq]?) \$0x1,/, "$1 ")
    .trim();
}
