/** What each goroutine looks like: a colour and, because colours alone say nothing, its name and the place of its lane. */

const colours = ["--side-a", "--side-b", "--growth", "--gc", "--barrier"] as const;

/** The colour of a goroutine, by its number. */
export function laneColour(goroutine: number): (typeof colours)[number] {
  return colours[goroutine % colours.length] ?? "--side-a";
}

/** The class that has it. */
export function laneClass(goroutine: number): string {
  return `model-lane-${goroutine % colours.length}`;
}
