/** A syntax tree as short text, without positions, to compare by eye. */
export function show(node: unknown): string {
  if (Array.isArray(node)) {
    return `[${node.map(show).join(" ")}]`;
  }
  if (typeof node !== "object" || node === null) {
    return String(node);
  }
  const entries = Object.entries(node).filter(
    ([key, value]) =>
      key !== "pos" &&
      key !== "end" &&
      key !== "kind" &&
      value !== null &&
      value !== false &&
      !(Array.isArray(value) && value.length === 0),
  );
  const kind = "kind" in node ? String(node.kind) : "";
  if (kind === "Ident") {
    return String(entries[0]?.[1]);
  }
  return `${kind}(${entries.map(([key, value]) => `${key}=${show(value)}`).join(" ")})`;
}
