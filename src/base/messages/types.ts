/** Messages P03xx. */
export const types = {} as const;
