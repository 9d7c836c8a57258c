/** The bytes of what is selected, 16 a row, with its fields outlined. Selecting a byte selects the field's place, and the other way round. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId, useLayoutEffect, useMemo } from "preact/hooks";
import { cut, shown } from "../../../src/report/text/shown.js";
import { bytesOf, fieldOfBytes, type Region, type RegionField } from "./region.js";

const bytesInRow = 16;

/** What is shown. */
export interface HexPaneProps {
  readonly region: Region;
  readonly selected: string;
  readonly onSelect: (place: string, how: "push" | "replace") => void;
  /** The same bytes in the state before, in hexadecimal; null where they are not known. */
  readonly before: string | null;
}

/** The pane. */
export function HexPane({ region, selected, onSelect, before }: HexPaneProps): JSX.Element {
  return (
    <section class="map-hex" aria-label={`Bytes of ${region.title}`}>
      <h3>
        {region.title} <span class="quiet mono">{shown(region.address)}</span>
      </h3>
      {region.bytes === undefined ? (
        <p class="quiet">Its bytes are not known: they were not read, or not kept.</p>
      ) : (
        <Bytes region={region} bytes={region.bytes} selected={selected} onSelect={onSelect} before={before} />
      )}
      <Fields region={region} selected={selected} onSelect={onSelect} />
    </section>
  );
}

function Bytes({
  region,
  bytes,
  selected,
  onSelect,
  before,
}: HexPaneProps & { readonly bytes: Uint8Array }): JSX.Element {
  const id = useId();
  const fieldOf = useMemo(() => fieldOfBytes(region), [region]);
  const old = useMemo(() => bytesOf(before), [before]);
  const cursor = useSignal(0);
  const placeOfByte = (at: number): string => region.fields[fieldOf[at] ?? -1]?.place ?? region.place;
  // Not after the next frame: keys go on from the byte of what is selected.
  useLayoutEffect(() => {
    if (placeOfByte(cursor.peek()) !== selected || cursor.peek() >= bytes.length) {
      cursor.value = Math.max(0, region.fields.find(({ place }) => place === selected)?.offset ?? 0);
    }
  }, [selected, region.title, bytes.length]);
  const go = (at: number, how: "push" | "replace"): void => {
    cursor.value = Math.max(0, Math.min(bytes.length - 1, at));
    onSelect(placeOfByte(cursor.value), how);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = afterKey(event.key, cursor.value, bytes.length);
    if (next !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      go(next, "replace");
    }
  };
  const rows = Math.ceil(bytes.length / bytesInRow);
  return (
    <div
      class="map-hex-grid mono"
      role="grid"
      aria-label={`Bytes of ${region.title}, 16 a row`}
      aria-rowcount={rows}
      aria-activedescendant={`${id}-${cursor.value}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {Array.from({ length: rows }, (_, row) => (
        <div role="row" class="map-hex-row" key={row}>
          <div role="rowheader" class="map-hex-offset">
            {(row * bytesInRow).toString(16).padStart(3, "0")}
          </div>
          {Array.from(bytes.subarray(row * bytesInRow, (row + 1) * bytesInRow), (byte, column) => {
            const at = row * bytesInRow + column;
            return (
              <ByteCell
                key={column}
                id={`${id}-${at}`}
                at={at}
                byte={byte}
                old={old?.[at]}
                field={region.fields[fieldOf[at] ?? -1]}
                odd={(fieldOf[at] ?? 0) % 2 !== 0}
                selected={selected}
                isCursor={cursor.value === at}
                onClick={() => go(at, "push")}
              />
            );
          })}
          <div role="gridcell" class="map-hex-text">
            {ascii(bytes.subarray(row * bytesInRow, (row + 1) * bytesInRow))}
          </div>
        </div>
      ))}
    </div>
  );
}

function ByteCell({
  id,
  at,
  byte,
  old,
  field,
  odd,
  selected,
  isCursor,
  onClick,
}: {
  readonly id: string;
  readonly at: number;
  readonly byte: number;
  /** What it was in the state before; undefined where that is not known. */
  readonly old: number | undefined;
  readonly field: RegionField | undefined;
  readonly odd: boolean;
  readonly selected: string;
  readonly isCursor: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  const was = old === undefined || old === byte ? "" : `, was ${hex(old)}`;
  const classes = [
    "map-byte",
    field === undefined ? "" : odd ? "map-byte-odd" : "map-byte-even",
    field?.offset === at ? "map-byte-first" : "",
    field !== undefined && field.offset + field.size - 1 === at ? "map-byte-last" : "",
    field !== undefined && field.place === selected ? "map-byte-selected" : "",
    was === "" ? "" : "map-byte-changed",
    isCursor ? "map-byte-cursor" : "",
  ];
  const name = field?.name ?? "between the fields";
  const value = field === undefined || field.value === "" ? "" : ` = ${cut(field.value, 80)}`;
  return (
    <div
      id={id}
      role="gridcell"
      aria-label={`${hex(byte)}, offset ${at}, ${name}${was}`}
      aria-selected={isCursor}
      title={`offset ${at} (0x${at.toString(16)}): ${name}${value}${was}`}
      class={classes.join(" ")}
      onClick={onClick}
    >
      {hex(byte)}
    </div>
  );
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** Bytes as text, a dot for each that is no printable ASCII. */
export function ascii(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : "·")).join(
    "",
  );
}

function afterKey(key: string, at: number, length: number): number | undefined {
  switch (key) {
    case "ArrowRight":
      return at + 1;
    case "ArrowLeft":
      return at - 1;
    case "ArrowDown":
      return at + bytesInRow < length ? at + bytesInRow : at;
    case "ArrowUp":
      return at >= bytesInRow ? at - bytesInRow : at;
    case "Home":
      return at - (at % bytesInRow);
    case "End":
      return at - (at % bytesInRow) + bytesInRow - 1;
    default:
      return undefined;
  }
}

function Fields({ region, selected, onSelect }: Omit<HexPaneProps, "before">): JSX.Element | null {
  return region.fields.length === 0 ? null : (
    <div class="map-fields" tabIndex={0} role="region" aria-label={`Fields of ${region.title}`}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">
              offset
            </th>
            <th scope="col">field</th>
            <th scope="col">value</th>
          </tr>
        </thead>
        <tbody>
          {region.fields.map(({ name, offset, value, place }) => (
            <tr
              key={name}
              class={place === selected ? "map-field-selected" : ""}
              onClick={() => onSelect(place, "push")}
            >
              <td class="number mono">{offset}</td>
              <td class="mono">{name}</td>
              <td class="mono map-field-value">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
