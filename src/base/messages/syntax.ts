/** Messages P01xx. */
export const syntax = {} as const;
