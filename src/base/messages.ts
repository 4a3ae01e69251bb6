import { domains } from "./messages/domains.js";
import { fairness } from "./messages/fairness.js";
import { files } from "./messages/files.js";
import { generate } from "./messages/generate.js";
import { keys } from "./messages/keys.js";
import { learners } from "./messages/learners.js";
import { names } from "./messages/names.js";
import { privacy } from "./messages/privacy.js";
import { privacyBudget } from "./messages/privacy-budget.js";
import { reports } from "./messages/reports.js";
import { rules } from "./messages/rules.js";
import { running } from "./messages/running.js";
import { session } from "./messages/session.js";
import { shell } from "./messages/shell.js";
import { syntax } from "./messages/syntax.js";
import { types } from "./messages/types.js";
import { writing } from "./messages/writing.js";

/** Every message there is, by its code. One family a file; the family is the code's first two digits. */
export const messages = {
  ...syntax,
  ...names,
  ...types,
  ...domains,
  ...rules,
  ...keys,
  ...privacy,
  ...privacyBudget,
  ...fairness,
  ...learners,
  ...generate,
  ...reports,
  ...session,
  ...files,
  ...running,
  ...shell,
  ...writing,
} as const;

export type MessageCode = keyof typeof messages;

/** What a message must be told before it can be said. */
export type ParametersOf<C extends MessageCode> = Parameters<(typeof messages)[C]["title"]>[0];
