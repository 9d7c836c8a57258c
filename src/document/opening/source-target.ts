/** What crash texts tell about the source that they fit to. */
import type { CaseFrame } from "../../case/case.js";
import type { CrashReport } from "../../evidence/crashtext/crash-text.js";
import type { BuildChoice } from "../../evidence/source/facts-of-tree.js";

/** What is being done, in words. */
export const stepTexts = {
  read: "files",
  parse: "syntax",
  resolve: "names and types",
  access: "uses of maps",
} as const;

/** The platform and the version that the text tells of: files are chosen for these. */
export function targetOf(reports: readonly CrashReport[]): Pick<BuildChoice, "goos" | "goarch" | "goMinor"> {
  const dump = reports.find((report) => report.kind === "dump");
  const { os = null, architecture = null, goVersion = null } = dump ?? {};
  return {
    ...(os === null ? {} : { goos: os }),
    ...(architecture === null ? {} : { goarch: architecture }),
    ...(goVersion?.exact === true ? { goMinor: goVersion.minor[1] } : {}),
  };
}

/** The frames that tell which program it was. */
export function framesOf(report: CrashReport): readonly Pick<CaseFrame, "function" | "file">[] {
  switch (report.kind) {
    case "dump":
      return report.conflict === null
        ? []
        : [
            ...(report.detector?.goroutine.frames ?? []),
            ...report.groups.slice(0, 20).flatMap(({ example }) => example.frames),
          ];
    case "race":
      return report.conflict === null ? [] : report.accesses.flatMap(({ frames }) => frames);
    case "probe":
      return report.sides.flatMap(({ frames }) => frames);
    default:
      return report satisfies never;
  }
}
