/** Messages P11xx. */
export const reports = {} as const;
