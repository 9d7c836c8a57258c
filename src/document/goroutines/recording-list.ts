/** The goroutines that used shared maps, as a recorder saw them. */
import type { CodeContext } from "../../analysis/origin.js";
import { trimStack } from "../../analysis/stack.js";
import type { Case, ConflictObservation, RecordingObservation } from "../../case/case.js";
import { counted } from "../../report/text/shown.js";
import { type GivenStack, type GoroutineList, listOf } from "./goroutine-list.js";
import { placed } from "./placed.js";

type RecordedMap = RecordingObservation["maps"][number];
type Side = ConflictObservation["sides"][number];
type Site = RecordedMap["sites"][number];

/** What is known of a goroutine, of all maps together. */
interface User {
  /** Addresses of the maps. */
  readonly maps: Set<string>;
  /** The place of its last access that was the last one there. */
  site: Site | undefined;
}

/**
 * Each goroutine once, with the stack of its last access of which the recorder kept one: that is the last one at each place. Goroutines
 * of which nothing but that differs are one group.
 */
export function recordingList(
  { evidence, maps, mapsNotListed }: RecordingObservation,
  { observations }: Pick<Case, "observations">,
  context: CodeContext,
): GoroutineList {
  const sides = sidesOf(observations, evidence);
  const groups = new Map<string, GivenStack>();
  const users = usersOf(maps);
  for (const [id, user] of users) {
    const side = sides.find(({ goroutine }) => goroutine.id === id);
    const given = givenOf(id, user, side, context);
    const { ids: _, ...same } = given;
    const key = JSON.stringify([same, side === undefined ? null : id]);
    const before = groups.get(key);
    groups.set(
      key,
      before === undefined ? given : { ...before, ids: [...before.ids, id], count: before.count + 1 },
    );
  }
  const notKept = maps.reduce((sum, { goroutinesNotKept }) => sum + goroutinesNotKept, 0);
  return listOf([...groups.values()], users.size + notKept, [
    ...(notKept > 0 ? [`${counted(notKept, "more goroutine")} used these maps; they were not kept.`] : []),
    ...(mapsNotListed > 0 ? [`${counted(mapsNotListed, "more shared map")} not listed.`] : []),
  ]);
}

function sidesOf(observations: Case["observations"], evidence: string): readonly Side[] {
  return observations.flatMap((one) =>
    one.evidence !== evidence
      ? []
      : one.kind === "conflict"
        ? one.sides
        : one.kind === "detection"
          ? [one.side]
          : [],
  );
}

function usersOf(maps: readonly RecordedMap[]): ReadonlyMap<number, User> {
  const users = new Map<number, User>();
  for (const map of maps) {
    for (const { id } of map.goroutines) {
      const user = users.get(id) ?? { maps: new Set(), site: undefined };
      user.maps.add(map.address);
      users.set(id, user);
    }
    for (const site of map.sites) {
      const user = users.get(site.lastGoroutine);
      if (user !== undefined && site.lastNanoseconds > (user.site?.lastNanoseconds ?? -Infinity)) {
        user.site = site;
      }
    }
  }
  return users;
}

function givenOf(id: number, { maps, site }: User, side: Side | undefined, context: CodeContext): GivenStack {
  const stack = side?.stack ?? site?.stack;
  return {
    ids: [id],
    count: 1,
    textLine: null,
    state: maps.size === 1 ? "used a shared map" : `used ${counted(maps.size, "shared map")}`,
    wait: "",
    remarks: "",
    unavailable:
      stack === undefined
        ? "No stack was kept: another goroutine came after it at each of its places."
        : null,
    stack: stack === undefined ? [] : trimStack(placed(stack, context)),
    stackCut: side?.stackCut ?? false,
    startedAt: placed(side?.goroutine.startedAt ?? [], context),
    startedBy: side?.goroutine.startedBy ?? null,
    waitsOn: [],
  };
}
