/** Dark or light: what the system says, until a person says otherwise. The choice is for this page only; nothing is stored. */
import { effect, signal } from "@preact/signals";

/** How the page looks. */
export type Theme = "dark" | "light";

const system = matchMedia("(prefers-color-scheme: dark)");

/** The theme now. Canvas drawings read it, so that they are drawn again when it changes. */
export const theme = signal<Theme>(system.matches ? "dark" : "light");

/** Follows the system, and puts the theme on the page. */
export function followTheme(): void {
  system.addEventListener("change", () => {
    theme.value = system.matches ? "dark" : "light";
  });
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
  });
}

/** The other one. */
export function toggleTheme(): void {
  theme.value = theme.peek() === "dark" ? "light" : "dark";
}

/**
 * A colour as the theme has it now, for canvas drawings: `colour("--side-a")`. Names are those of style/tokens.css. Reads the theme's
 * signal, so what is drawn within an effect is drawn again when the theme changes.
 */
export function colour(name: `--${string}`): string {
  void theme.value;
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
