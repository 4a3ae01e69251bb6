/** Messages P02xx. */
export const names = {} as const;
