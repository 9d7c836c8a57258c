/** The place of an event in the program: the line to look at, in the program's own code where there is any. */
import type { CaseFrame, PlacedFrame } from "../../case/case.js";
import type { RecordedPlaces } from "../../evidence/ring/places.js";
import type { CodeContext } from "../origin.js";
import { placeFrames, siteOf, trimStack } from "../stack.js";

/** Looks up places once. */
export class EventPlaces {
  readonly #known = new Map<string, PlacedFrame | null>();

  constructor(
    private readonly places: RecordedPlaces,
    private readonly context: CodeContext,
  ) {}

  /** The place by the stack, else by the site; null where neither is known. */
  siteOf(stack: number, site: number): PlacedFrame | null {
    const key = `${stack} ${site}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      return known;
    }
    const frames = stack === 0 ? [] : this.places.stack(stack);
    const found = siteOf(
      trimStack(placeFrames(frames.length > 0 ? frames : this.places.site(site), this.context)),
    );
    if (this.#known.size >= remembered) {
      this.#known.clear();
    }
    this.#known.set(key, found);
    return found;
  }

  /** The frames of a stack, without the runtime's at its ends. */
  stack(id: number): CaseFrame[] {
    return trimStack(placeFrames(this.places.stack(id), this.context)).map(
      ({ function: name, file, line, inlined }) => ({ function: name, file, line, inlined }),
    );
  }
}

/** How many places are remembered. */
const remembered = 1 << 14;
