/** Where an access was, for people: the place that uses the map, and who of the program's own code led there. */
import type { CaseFrame, PlacedFrame } from "../../case/case.js";
import type { RecordedPlaces } from "../../evidence/ring/places.js";
import { placeFrames, siteOf } from "../stack.js";
import type { LivePlace } from "./figures.js";

/** A place as a line shows it. */
export interface ShownPlace extends LivePlace {
  /** The frame itself; null when the binary does not tell. */
  readonly frame: PlacedFrame | null;
  /** The first frame of the program's own code that led there; null when it is the place itself, or not known. */
  readonly caller: PlacedFrame | null;
}

/** Looks places up. */
export class Places {
  /**
   * @param recorded names for the numbers of one process
   * @param modulePath path of the program's main module
   */
  constructor(
    private readonly recorded: Pick<RecordedPlaces, "site" | "stack">,
    private readonly modulePath: string | null,
  ) {}

  /**
   * The place of a site, and who led there.
   *
   * @param site PC - runtime.text, a return address; 0 = not known
   * @param stack id of the stack; 0 = not known
   */
  of(site: number, stack = 0): ShownPlace {
    const [found] = this.#placed(this.recorded.site(site).slice(0, 1));
    const inStack = stack === 0 ? null : siteOf(this.#placed(this.recorded.stack(stack)));
    const frame = found ?? inStack;
    if (frame === null) {
      return { function: "?", at: site === 0 ? "?" : `text+0x${site.toString(16)}`, frame, caller: null };
    }
    const caller = frame.origin === "own" || inStack?.origin !== "own" ? null : inStack;
    return { function: frame.function, at: fileAndLine(frame), frame, caller };
  }

  #placed(frames: readonly CaseFrame[]): PlacedFrame[] {
    return placeFrames(frames, { modulePath: this.modulePath, goroot: null });
  }
}

/** A line that is not known is none of a file's lines, so such a place gets its function's name in its stead. */
function fileAndLine({ file, line, function: name }: CaseFrame): string {
  return file === null ? name : line === null ? file : `${file}:${line}`;
}
