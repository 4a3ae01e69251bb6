/** Messages P10xx. */
export const generate = {} as const;
