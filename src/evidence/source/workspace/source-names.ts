/** Which files and folders are Go source, by their names. */

const ignoredFolders = new Set(["testdata", "node_modules"]);

/** Whether files of this name are read as Go source. */
export function isGoFile(name: string, includeTests: boolean): boolean {
  return (
    name.endsWith(".go") &&
    !name.startsWith("_") &&
    !name.startsWith(".") &&
    (includeTests || !name.endsWith("_test.go"))
  );
}

/** Whether a folder of this name is gone into. */
export function isSourceFolder(name: string): boolean {
  return !name.startsWith(".") && !name.startsWith("_") && !ignoredFolders.has(name);
}

/**
 * Whether a file matters for a tree: Go source, go.mod, go.work.
 *
 * @param path relative to the root, with slashes
 */
export function isOfTree(path: string): boolean {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  return parts.every(isSourceFolder) && (name === "go.mod" || path === "go.work" || isGoFile(name, true));
}
