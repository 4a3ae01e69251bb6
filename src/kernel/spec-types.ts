/** The object types of specs, by their text; the same template is asked about at every keystroke. */
const known = new Map<string, Promise<string | undefined>>();

/** How many answers are kept. */
const most = 50;

/** The object type of the rows of each output of a spec; undefined where it does not check. */
export function typesOfSpec(text: string, folder: string): Promise<string | undefined> {
  const kept = known.get(text);
  if (kept !== undefined) return kept;
  const answer = ask(text, folder).catch(() => undefined);
  known.set(text, answer);
  const oldest = known.keys().next().value;
  if (known.size > most && oldest !== undefined) known.delete(oldest);
  return answer;
}

async function ask(text: string, folder: string): Promise<string | undefined> {
  const { compileSpec, rowTypes } = await import("../index.js");
  const { checked } = await compileSpec(text, { folder, until: "names" });
  return checked === undefined ? undefined : rowTypes(checked);
}
