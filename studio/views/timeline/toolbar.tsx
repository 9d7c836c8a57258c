/** What is shown, and the buttons for what the keys do. */
import type { JSX } from "preact";
import { countText } from "../../../src/case/count.js";
import { durationText } from "../../../src/case/duration.js";
import { cutMiddle, shown } from "../../../src/report/text/shown.js";
import type { TimelineSource } from "../../../src/document/timeline-sources.js";
import { setParams } from "../../page/route.js";
import type { ChoosableMap } from "./calls.js";
import type { Commands } from "./commands.js";

/** Choices and buttons. */
export function Toolbar({
  commands,
  sources,
  source,
}: {
  readonly commands: Commands;
  readonly sources: readonly TimelineSource[];
  readonly source: TimelineSource;
}): JSX.Element {
  const { session } = commands;
  const maps = session.opened.value?.maps ?? [];
  const moments = session.opened.value?.moments ?? [];
  return (
    <div class="timeline-toolbar">
      {sources.length < 2 ? null : (
        <label>
          <span>Process</span>
          <select
            value={source.handle}
            onChange={(event) => setParams({ ...nothing, of: event.currentTarget.value })}
          >
            {sources.map(({ handle, title }) => (
              <option key={handle} value={handle}>
                {shown(`${handle} ${title}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <span>Map</span>
        <select
          value={session.map.value ?? "all"}
          onChange={(event) => setParams({ map: event.currentTarget.value, select: "", at: "", until: "" })}
        >
          <option value="all">all ({countText(session.opened.value?.mapCount ?? 0)})</option>
          {maps.map((map) => (
            <option key={map.number} value={map.number}>
              {mapTitle(map)}
            </option>
          ))}
        </select>
      </label>
      {moments.length < 2 ? null : <MomentChoice commands={commands} />}
      <div class="timeline-buttons" role="group" aria-label="Zoom and move">
        <button title="Closer (+)" aria-label="Zoom in" onClick={() => commands.zoom(0.5)}>
          +
        </button>
        <button title="Further (−)" aria-label="Zoom out" onClick={() => commands.zoom(2)}>
          −
        </button>
        <button title="Everything (0)" onClick={() => commands.all()}>
          All
        </button>
        {moments.length === 0 ? null : (
          <button title="The conflict (f)" onClick={() => void commands.jump(session.moment.peek())}>
            To the conflict
          </button>
        )}
        <button
          title="Mark before ([)"
          aria-label="‹ mark: the one before in the lane"
          onClick={() => void commands.step(-1)}
        >
          ‹ mark
        </button>
        <button
          title="Mark after (])"
          aria-label="mark ›: the next one in the lane"
          onClick={() => void commands.step(1)}
        >
          mark ›
        </button>
      </div>
    </div>
  );
}

/** Params that belong to one timeline. */
const nothing = { map: "", select: "", at: "", until: "", from: "", to: "", finding: "" };

function MomentChoice({ commands }: { readonly commands: Commands }): JSX.Element {
  const { session } = commands;
  return (
    <label>
      <span>Conflict</span>
      <select
        value={session.moment.value?.observation ?? ""}
        onChange={(event) => setParams({ finding: event.currentTarget.value })}
      >
        {session.opened.value?.moments.map(({ observation, finding, title, clock }) => (
          <option key={observation} value={observation}>
            {shown(`${finding ?? observation} ${title}`)}, after {durationText(clock)}
          </option>
        ))}
      </select>
    </label>
  );
}

function mapTitle({ type, address, marks, moments }: ChoosableMap): string {
  const conflict = moments > 0 ? ", conflict" : "";
  const name = type === null || type === "" ? "map" : cutMiddle(shown(type), 50);
  return `${name} ${shown(address)} (${countText(marks)}${conflict})`;
}
