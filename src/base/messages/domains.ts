/** Messages P04xx. */
export const domains = {} as const;
