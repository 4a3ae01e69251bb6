/** Messages P12xx. */
export const session = {} as const;
