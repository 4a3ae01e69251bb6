/** Messages P07xx. */
export const privacy = {} as const;
