/**
 * One thing in several forms, richest first; a front end shows the first that it can. `text/plain`
 * is always there and always worth reading.
 */
export type MimeBundle = Readonly<Record<string, unknown>> & { readonly "text/plain": string };

/** A bundle whose forms are made when they are first looked at: a terminal never sees the HTML. */
export function madeWhenSeen<F extends Readonly<Record<string, () => unknown>>>(
  forms: F & { readonly "text/plain": () => string },
): MimeBundle & { readonly [mime in keyof F]: ReturnType<F[mime]> } {
  const bundle = {};
  for (const [mime, make] of Object.entries(forms)) {
    let made: { readonly value: unknown } | undefined;
    const get = (): unknown => {
      made ??= { value: make() };
      return made.value;
    };
    Object.defineProperty(bundle, mime, { enumerable: true, get });
  }
  return bundle as MimeBundle & { readonly [mime in keyof F]: ReturnType<F[mime]> };
}
