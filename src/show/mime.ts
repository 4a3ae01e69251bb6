/**
 * One thing in several forms, richest first; a front end shows the first that it can. `text/plain`
 * is always there and always worth reading.
 */
export type MimeBundle = Readonly<Record<string, unknown>> & { readonly "text/plain": string };
