/** A place in the source: the function, and the file with its line, relative to the case's working directory. */
import type { ComponentChildren, JSX } from "preact";
import type { PlacedFrame } from "../../src/case/case.js";
import { cutMiddle, shown } from "../../src/report/text/shown.js";
import { place } from "../../src/report/text/stack.js";
import "./parts.css";

/** So many characters of a path, and of a function's name, are shown; the whole is in the title. */
const mostOfPath = 60;
const mostOfFunction = 80;
/** A path of so many characters has room beside a function. */
const shortPath = 30;

/**
 * A place.
 *
 * @param folder paths below it are shown relative to it
 * @param lineOnly without the function
 */
export function Place({
  frame,
  folder,
  lineOnly = false,
}: {
  readonly frame: PlacedFrame;
  readonly folder: string;
  readonly lineOnly?: boolean;
}): JSX.Element {
  const at = place(frame, folder);
  return (
    <span class="part-place">
      {lineOnly ? null : <FunctionName name={frame.function} />}
      {at === "" ? null : (
        <>
          {lineOnly ? null : " "}
          <span class="part-line mono" title={shown(frame.file ?? at)}>
            {breakable(cutMiddle(at, mostOfPath))}
          </span>
        </>
      )}
    </span>
  );
}

/** A path that a narrow page breaks after its slashes. */
function breakable(path: string): ComponentChildren {
  return path.split(/(?<=\/)/).flatMap((part, index) => (index === 0 ? [part] : [<wbr key={index} />, part]));
}

/** A place on one line: the function, and the file with the folder that it is in. The whole is in the title. */
export function PlaceInLine({
  frame,
  folder,
}: {
  readonly frame: PlacedFrame;
  readonly folder: string;
}): JSX.Element {
  const at = place(frame, folder);
  return (
    <span class="part-place part-place-in-line" title={shown(`${frame.function} ${frame.file ?? at}`)}>
      <span class="part-function mono">{cutMiddle(shown(frame.function), mostOfFunction)}</span>
      {at === "" ? null : (
        <span class="part-line mono">
          {at.length <= shortPath ? at : cutMiddle(at.split("/").slice(-2).join("/"), mostOfPath)}
        </span>
      )}
    </span>
  );
}

/** A function's name, cut in the middle where it is long. */
export function FunctionName({ name }: { readonly name: string }): JSX.Element {
  const whole = shown(name);
  return (
    <span class="part-function mono" title={whole}>
      {cutMiddle(whole, mostOfFunction)}
    </span>
  );
}
