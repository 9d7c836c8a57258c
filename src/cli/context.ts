/** What every command is called with besides its own options. */
export interface CommandContext {
  /** The words after `--`: they belong to the program, or to `go test`. */
  readonly wordsAfterDashes: readonly string[];
  /** The whole call, word by word, for the case file. */
  readonly call: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
}

/** Parts the arguments at the first `--`. */
export function splitAtDashes(args: readonly string[]): { readonly own: string[]; readonly after: string[] } {
  const at = args.indexOf("--");
  return at === -1 ? { own: [...args], after: [] } : { own: args.slice(0, at), after: args.slice(at + 1) };
}
