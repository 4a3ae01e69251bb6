import { type Circumstances, diagnose } from "./diagnose.js";
import type { Diagnostic } from "./diagnostic.js";
import type { MessageCode, ParametersOf } from "./messages.js";

/**
 * The one error that Parable throws on purpose. It carries the diagnostic that people see and the
 * values that caused it, so that a shell can render it and a program can act on it.
 */
export class Failure extends Error {
  /** A failure is known by its name: the command line is bundled, so the class may be there twice. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ParableFailure";
  }

  override readonly name = "ParableFailure";
  readonly diagnostic: Diagnostic;
  readonly parameters: unknown;

  constructor(diagnostic: Diagnostic, parameters: unknown, cause?: unknown) {
    super(`${diagnostic.code}: ${diagnostic.title}`, cause === undefined ? undefined : { cause });
    this.diagnostic = diagnostic;
    this.parameters = parameters;
  }

  get code(): MessageCode {
    return this.diagnostic.code;
  }
}

/** Make the failure for a message; the caller throws it. */
export function failure<C extends MessageCode>(
  code: C,
  parameters: ParametersOf<C>,
  circumstances: Circumstances & { readonly cause?: unknown } = {},
): Failure {
  return new Failure(diagnose(code, parameters, circumstances), parameters, circumstances.cause);
}

/** A fault of Parable itself: a state that its own code rules out. */
export function impossible(what: string, values: unknown): Error {
  return new Error(`Parable is in a state that should not exist: ${what}`, { cause: values });
}
