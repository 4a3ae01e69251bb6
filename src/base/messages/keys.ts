/** Messages P06xx. */
export const keys = {} as const;
