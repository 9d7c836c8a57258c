/** Tables of what functions do with their registers, with pictures of where what is in them is still wanted. */
import type { FunctionView } from "../../analysis/asm/function-view.js";
import type { RegisterView } from "../../analysis/asm/register-view.js";
import type { Colours } from "./colours.js";
import { cut } from "./shown.js";
import { padded } from "./table.js";

/** How wide a picture is at least and at most, in characters. */
const narrowest = 16;
const widest = 100;

/** Characters of a picture: wanted at each of the instructions that it stands for, at some, at none. */
const everywhere = "█";
const somewhere = "▒";
const nowhere = "·";

/** `+0x2d`. */
export function offsetText(view: FunctionView, index: number): string {
  const offset = view.instructions[index]?.offset;
  return offset === undefined ? "" : `+0x${offset.toString(16)}`;
}

/** Cuts the instructions of a function into as many pieces as there are characters: indexes from and to. */
function pieces(count: number, width: number): readonly (readonly [number, number])[] {
  const used = Math.min(width, count);
  return Array.from({ length: used }, (_, piece) => [
    Math.floor((piece * count) / used),
    Math.floor(((piece + 1) * count) / used),
  ]);
}

/** Where what is in a register is wanted, in the order of the code. */
export function livePicture(register: RegisterView, width: number): string {
  return pieces(register.live.length, width)
    .map(([from, to]) => {
      const live = register.live.subarray(from, to);
      return live.every((one) => one === 1) ? everywhere : live.includes(1) ? somewhere : nowhere;
    })
    .join("");
}

/** Where the mark is tested, set and cleared, and where it is set: T, S, C, and `=` in between. */
export function markPicture(view: FunctionView, width: number): string {
  return pieces(view.instructions.length, width)
    .map(([from, to]) => {
      const piece = view.instructions.slice(from, to);
      const kinds = piece.map(({ mark }) => mark);
      if (kinds.includes("set")) {
        return "S";
      }
      if (kinds.includes("clear")) {
        return "C";
      }
      if (kinds.includes("test")) {
        return "T";
      }
      return piece.some(({ phase }) => phase === "set") ? "=" : nowhere;
    })
    .join("");
}

/** Where calls are. */
function callPicture(view: FunctionView, width: number): string {
  return pieces(view.instructions.length, width)
    .map(([from, to]) =>
      view.instructions.slice(from, to).some(({ call }) => call !== undefined) ? "c" : nowhere,
    )
    .join("");
}

/** The table of one function. */
export function registerLines(view: FunctionView, width: number, colours: Colours): readonly string[] {
  const entryWidth = Math.max(8, ...view.registers.map(({ onEntry }) => onEntry?.length ?? 0));
  const head = (cells: readonly string[]): string =>
    [
      padded(cells[0] ?? "", 8, "left"),
      padded(cells[1] ?? "", entryWidth, "left"),
      padded(cells[2] ?? "", 5, "right"),
      padded(cells[3] ?? "", 6, "right"),
      padded(cells[4] ?? "", 7, "right"),
      padded(cells[5] ?? "", 7, "right"),
    ].join("  ");
  const title = head(["register", "on entry", "reads", "writes", "first", "last"]);
  const room = Math.min(widest, Math.max(narrowest, width - title.length - 2));
  const lines = view.registers.map((register) => {
    const { register: name, onEntry, reads, writes, first, last } = register;
    const cells = [
      name,
      onEntry ?? "",
      String(reads),
      String(writes),
      offsetText(view, first),
      offsetText(view, last),
    ];
    return `${head(cells)}  ${livePicture(register, room)}`;
  });
  const other = [
    ...(view.mark === undefined ? [] : [`${head(["mark"])}  ${colours.sideA(markPicture(view, room))}`]),
    `${head(["calls"])}  ${callPicture(view, room)}`,
  ];
  return [
    colours.quiet(`${title}  wanted later, in the order of the code`),
    ...lines,
    ...other,
    colours.quiet(
      `${everywhere} what is in the register is read later, on every instruction there; ${somewhere} on some${view.mark === undefined ? "" : "; T tests, S sets, C clears the mark, = set"}`,
    ),
  ];
}

/** The tables of two functions beside each other. */
export function comparedRegisterLines(
  left: FunctionView,
  right: FunctionView,
  width: number,
  colours: Colours,
): readonly string[] {
  const names = [...new Set([...left.registers, ...right.registers].map(({ register }) => register))];
  const byName = (view: FunctionView): ReadonlyMap<string, RegisterView> =>
    new Map(view.registers.map((register) => [register.register, register]));
  const [a, b] = [byName(left), byName(right)];
  const entryWidth = Math.min(
    24,
    Math.max(8, ...[...left.registers, ...right.registers].map(({ onEntry }) => onEntry?.length ?? 0)),
  );
  const half = (register: RegisterView | undefined): string =>
    [
      padded(
        cut(register?.onEntry ?? (register === undefined ? "not used" : ""), entryWidth),
        entryWidth,
        "left",
      ),
      padded(register === undefined ? "" : String(register.reads), 5, "right"),
      padded(register === undefined ? "" : String(register.writes), 6, "right"),
    ].join("  ");
  const titleHalf = [padded("on entry", entryWidth, "left"), "reads", "writes"].join("  ");
  const room = Math.min(
    widest,
    Math.max(narrowest, Math.floor((width - 8 - 2 * (titleHalf.length + 4)) / 2)),
  );
  const picture = (register: RegisterView | undefined): string =>
    padded(register === undefined ? "" : livePicture(register, room), room, "left");
  const title = `register  ${titleHalf}  ${padded("wanted later", room, "left")}  ${titleHalf}  wanted later`;
  const lines = names.map((name) =>
    `${padded(name, 8, "left")}  ${half(a.get(name))}  ${picture(a.get(name))}  ${half(b.get(name))}  ${picture(b.get(name))}`.trimEnd(),
  );
  const marks =
    left.mark === undefined && right.mark === undefined
      ? []
      : [
          `${padded("mark", 8, "left")}  ${" ".repeat(titleHalf.length)}  ${padded(markPicture(left, room), room, "left")}  ${" ".repeat(titleHalf.length)}  ${markPicture(right, room)}`.trimEnd(),
        ];
  return [colours.quiet(title.trimEnd()), ...lines, ...marks];
}
