/** Columns of text with fixed or measured widths. */
import { cut } from "./shown.js";

export { counted as many } from "./shown.js";

/** A column. */
export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** What does not fit is cut. */
  readonly most: number;
}

/** Draws rows below their titles. Columns are as wide as their widest cell, and two blanks apart. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title, most }, index) =>
    Math.min(most, Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0))),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => padded(cells[index] ?? "", widths[index] ?? 0, align))
      .join("  ")
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

/** Text of exactly so many characters. */
export function padded(text: string, width: number, align: Column["align"]): string {
  const fitting = cut(text, width);
  return align === "left" ? fitting.padEnd(width) : fitting.padStart(width);
}

/** A share for people: `23.7 %`, `0.04 %`, `< 0.01 %`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.01) {
    return "< 0.01 %";
  }
  const digits = value === 0 || value >= 99.95 ? 0 : value >= 0.1 ? 1 : 2;
  return `${value.toFixed(digits)} %`;
}

/** `4.2 MiB`. */
export function bytesText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}
