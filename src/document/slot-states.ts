/** States of a slot of a bucket or group, in words; where they are packed, each has its place in this list as its code. */
export const slotStates = [
  "full",
  "empty",
  "empty from here on",
  "deleted",
  "moved to the first half",
  "moved to the second half",
  "moved, was empty",
  "unknown",
] as const;
