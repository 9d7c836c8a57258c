/** A field to search with. The key `/` goes to the first one of a view, Escape empties it. */
import type { JSX } from "preact";
import "./parts.css";

/** A field to search with, with its label. */
export function SearchField({
  label,
  value,
  placeholder,
  onInput,
  onKeyDown,
}: {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly onInput: (text: string) => void;
  /** Further keys, such as the arrows for the list below. */
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}): JSX.Element {
  return (
    <input
      class="part-search"
      type="search"
      aria-label={label}
      placeholder={placeholder ?? label}
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          onInput("");
          event.preventDefault();
        } else {
          onKeyDown?.(event);
        }
      }}
      autocomplete="off"
      spellcheck={false}
    />
  );
}
