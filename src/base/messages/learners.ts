/** Messages P09xx. */
export const learners = {} as const;
