/** Follows the address: which map, which stretch, which conflict, what is selected. */
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { TimelineMoment } from "../../../src/analysis/timeline/data.js";
import { noMap } from "../../../src/analysis/timeline/spans.js";
import { route } from "../../page/route.js";
import type { Opened } from "./calls.js";
import type { Commands } from "./commands.js";
import { whole } from "./viewport.js";

/** Does what the address says, at the beginning and whenever it changes. */
export function useAddress(commands: Commands): void {
  const { session } = commands;
  const done = useRef<Done>({ finding: "", stretch: "", begun: false });
  useSignalEffect(() => {
    const opened = session.opened.value;
    const { params } = route.value;
    if (opened !== null) {
      void follow(commands, opened, params, done.current);
    }
  });
}

/** What of the address was done already. */
interface Done {
  finding: string;
  stretch: string;
  begun: boolean;
}

async function follow(
  commands: Commands,
  opened: Opened,
  params: Readonly<Record<string, string>>,
  done: Done,
): Promise<void> {
  const { session, selection } = commands;
  const { finding = "", from = "", to = "" } = params;
  const moment =
    opened.moments.find(
      (one) => finding !== "" && (one.finding === finding || one.observation === finding),
    ) ?? session.moment.peek();
  await session.choose(mapOf(params["map"], opened, moment), moment);
  const stretch = `${from} ${to}`;
  if (from !== "" && to !== "" && Number(from) < Number(to)) {
    if (stretch !== done.stretch) {
      session.look({ from: Number(from), to: Number(to) });
    }
  } else if (
    moment !== null &&
    (finding === "" ? !done.begun && session.stretch !== null : finding !== done.finding)
  ) {
    session.scrollTo(0);
    session.look(await session.around(moment));
  } else if (done.stretch.trim() !== "") {
    session.look(whole(opened));
  }
  done.begun = true;
  done.finding = finding;
  done.stretch = stretch;
  await selection.follow();
}

/** The map that is named; else that of the conflict; else all. */
function mapOf(name: string | undefined, opened: Opened, moment: TimelineMoment | null): number | null {
  if (name === "all") {
    return null;
  }
  const number = name === undefined || name === "" ? NaN : Number(name);
  if (opened.maps.some((map) => map.number === number)) {
    return number;
  }
  return moment === null || moment.map === noMap ? null : moment.map;
}
