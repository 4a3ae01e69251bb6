/** A spec that does not compile; `message` is the whole rendering. */
export class SpecError extends Error {
  override readonly name = "SpecError";
}
