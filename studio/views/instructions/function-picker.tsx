/** Chooses a function: of which program, and which by a name that is searched for while it is written. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { moved } from "../../parts/virtual-list.js";
import type { FoundNames } from "./decoding.js";
import type { OpenSource } from "./open-source.js";
import type { Chosen, CodeSource } from "./sources.js";
import { line } from "./text-parts.js";

/** So many names are offered at once. */
const mostOffered = 100;

/** A choice. */
export interface FunctionPickerProps {
  /** `Left`, `Right`. */
  readonly label: string;
  readonly sources: readonly CodeSource[];
  readonly chosen: Chosen | undefined;
  /** The source of what is chosen, once it is open. */
  readonly open: OpenSource | undefined;
  readonly onChoose: (chosen: Chosen) => void;
}

/** The fields. */
export function FunctionPicker(props: FunctionPickerProps): JSX.Element {
  const { label, sources, chosen, onChoose } = props;
  return (
    <div class="instructions-picker" role="group" aria-label={`${label} function`}>
      {sources.length > 1 ? (
        <label>
          {label} from
          <select
            value={chosen?.source ?? sources[0]?.id ?? ""}
            onChange={(event) => onChoose({ source: event.currentTarget.value, name: chosen?.name ?? "" })}
          >
            {sources.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <NameField {...props} />
    </div>
  );
}

function NameField({ label, chosen, open, onChoose, sources }: FunctionPickerProps): JSX.Element {
  const id = useId();
  const text = useSignal<string | undefined>(undefined);
  const found = useSignal<OfferedNames>(nothing);
  const active = useSignal(-1);
  const field = useRef<HTMLInputElement>(null);
  useOffered(text.value, open, found, active);
  const choose = (name: string): void => {
    text.value = undefined;
    field.current?.blur();
    if (name.trim() !== "") {
      onChoose({ source: open?.source.id ?? chosen?.source ?? sources[0]?.id ?? "", name });
    }
  };
  const expanded = text.value !== undefined && open !== undefined;
  return (
    <label class="instructions-picker-field">
      {label}
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-expanded={expanded}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={expanded && active.value >= 0 ? `${id}-${active.value}` : undefined}
        autocomplete="off"
        spellcheck={false}
        placeholder="name of a function, or a pattern with *"
        value={text.value ?? line(chosen?.name ?? "")}
        onFocus={(event) => {
          text.value = "";
          event.currentTarget.select();
        }}
        onBlur={() => (text.value = undefined)}
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          // Names that were found for what stood there before are no answer.
          const names = found.value.text === text.value ? found.value.names : [];
          if (event.key === "Escape") {
            field.current?.blur();
          } else if (event.key === "Enter") {
            choose(names[active.value] ?? text.value ?? "");
          } else if (event.key.startsWith("Arrow") || event.key.startsWith("Page")) {
            active.value =
              moved(event.key, { selected: active.value, count: names.length, page: 10 }) ?? active.value;
          } else {
            return;
          }
          event.preventDefault();
        }}
      />
      {expanded ? (
        <Offered
          id={id}
          found={found.value}
          active={active.value}
          onChoose={choose}
          total={open.functionCount}
        />
      ) : null}
    </label>
  );
}

/** Names, and the text that they were found for. */
interface OfferedNames extends FoundNames {
  readonly text: string;
}

const nothing: OfferedNames = { text: "", names: [], count: 0 };

/** Looks for names while they are written. */
function useOffered(
  text: string | undefined,
  open: OpenSource | undefined,
  found: { value: OfferedNames },
  active: { value: number },
): void {
  useEffect(() => {
    let wanted = true;
    const look = async (asked: string, source: OpenSource): Promise<void> => {
      const names = await source.find(asked, mostOffered);
      if (wanted) {
        found.value = { ...names, text: asked };
        active.value = asked === "" || names.count === 0 ? -1 : 0;
      }
    };
    if (text !== undefined && open !== undefined) {
      // What the worker cannot say any more is said where the function is loaded.
      look(text, open).catch(() => (found.value = nothing));
    }
    return () => {
      wanted = false;
    };
  }, [text, open]);
}

function Offered({
  id,
  found: { names, count },
  active,
  total,
  onChoose,
}: {
  readonly id: string;
  readonly found: FoundNames;
  readonly active: number;
  readonly total: number;
  readonly onChoose: (name: string) => void;
}): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div class="instructions-options" ref={list}>
      <div id={`${id}-list`} role="listbox" aria-label="Functions">
        {names.map((name, index) => (
          <div
            key={name}
            id={`${id}-${index}`}
            role="option"
            class="instructions-option"
            aria-selected={index === active}
            // Before the field loses the focus, which closes the list.
            onMouseDown={(event) => {
              event.preventDefault();
              onChoose(name);
            }}
          >
            {line(name)}
          </div>
        ))}
      </div>
      <div class="instructions-more">
        {names.length < count
          ? `${count - names.length} more of ${total}: write more of the name`
          : `${count} of ${total} functions`}
      </div>
    </div>
  );
}
