/** How many slots of a map the report shows with their keys and elements, unless it is told. */
export const shownSlots = 512;
