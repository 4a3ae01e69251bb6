/** Messages P08xx. */
export const fairness = {} as const;
