/** Messages P05xx. */
export const rules = {} as const;
