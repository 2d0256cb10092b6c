/** The maximum number of other events with the same ID that a story shows. */
export const MAX_SAME_ID = 20;
