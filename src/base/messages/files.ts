/** Messages P13xx. */
export const files = {} as const;
