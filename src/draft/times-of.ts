const digit = String.raw`\d`;
const forms = [
  { hours: [`([01]${digit}|2[0-3])`, `(1?${digit}|2[0-3])`], ends: [""] },
  {
    hours: ["(0[1-9]|1[0-2])", "([1-9]|1[0-2])"],
    ends: [" [AP]M", " [ap]m", "[AP]M", "[ap]m"],
  },
].flatMap(({ hours, ends }) =>
  hours.flatMap((hour) =>
    ends.flatMap((end) =>
      ["", ":00", `:[0-5]${digit}`].flatMap((second) =>
        ["[0-5][05]", `[0-5]${digit}`].map((minute) => `${hour}:${minute}${second}${end}`),
      ),
    ),
  ),
);

/**
 * A regular expression of the times of day that texts are written as (`08:30`, `7:05:00`, `9:15 pm`): all valid ones
 * of the narrowest form that they have. Undefined for texts that are few, or no times.
 */
export function timesOf(texts: readonly string[]): string | undefined {
  if (texts.length < 10) return undefined;
  return forms.find((form) => {
    const whole = new RegExp(`^${form}$`);
    return texts.every((text) => whole.test(text));
  });
}
