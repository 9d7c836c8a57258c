/** The keys of the timeline. They work wherever the focus is, but where it is in something that uses the key itself. */
import { useLayoutEffect } from "preact/hooks";
import type { Commands } from "./commands.js";

/** Follows the keys for as long as the view is there. */
export function useTimelineKeys(commands: Commands): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) {
        return;
      }
      const command = commandOf(event.key, commands);
      if (command !== undefined) {
        event.preventDefault();
        void command();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [commands]);
}

function commandOf(key: string, commands: Commands): (() => void | Promise<void>) | undefined {
  switch (key) {
    case "+":
    case "=":
      return () => commands.zoom(0.5);
    case "-":
      return () => commands.zoom(2);
    case "ArrowLeft":
      return () => commands.pan(-0.2);
    case "ArrowRight":
      return () => commands.pan(0.2);
    case "ArrowUp":
      return async () => commands.lane(-1);
    case "ArrowDown":
      return async () => commands.lane(1);
    case "0":
      return () => commands.all();
    case "[":
      return async () => commands.step(-1);
    case "]":
      return async () => commands.step(1);
    case "Enter":
      return async () => commands.enter();
    case "f":
      return async () => commands.jump(commands.session.moment.peek());
    case "Escape":
      return () => commands.selection.clear();
    default:
      return undefined;
  }
}

/** Whether the focus is in something that takes this key. */
function isTaken({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  if (/^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || document.querySelector("dialog[open]") !== null) {
    return true;
  }
  const usesArrows = target.closest("[role=listbox], .scroll-x, .part-source") !== null;
  return (
    (key.startsWith("Arrow") && usesArrows) ||
    (key === "Enter" && target.closest("button, a, summary, [role=listbox]") !== null)
  );
}
