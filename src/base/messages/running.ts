/** Messages P14xx. */
export const running = {} as const;
