import type { Diagnostic } from "../base/diagnostic.js";
import type { CheckedSpec } from "./checked.js";

/** What will be done, in which order, at what price: readable before anything is paid for. */
export interface Plan {
  readonly kind: "plan";
  readonly checked: CheckedSpec;
  /** SHA-256 of the canonical text of the spec with its params: the same plan has the same hash. */
  readonly specHash: string;
  readonly steps: readonly PlanStep[];
  readonly learners: readonly LearnerChoice[];
  readonly budget?: PlanBudget;
  readonly rules: readonly RulePlan[];
  /** The share of real rows that is kept from learning; 0 under privacy. */
  readonly holdout: number;
  /** Each default that the plan chose, as a sentence. */
  readonly defaults: readonly string[];
  /** Rows to be generated in all, and the memory they need in bytes (estimated). */
  readonly rows: number;
  readonly memoryBytes: number;
  readonly warnings: readonly Diagnostic[];
}

export interface PlanStep {
  readonly kind:
    | "read"
    | "hold-out"
    | "domain"
    | "measure"
    | "fit"
    | "adjust"
    | "draw"
    | "compute"
    | "write"
    | "evaluate";
  /** A short imperative: "read census". */
  readonly title: string;
  /** One sentence with the particulars. */
  readonly detail: string;
  readonly engine?: string;
  readonly rows?: number;
  readonly cost?: { readonly share: number; readonly epsilon: number; readonly rho: number };
  /** Expected error of what the step gives, in words with its number. */
  readonly expectedError?: string;
  /** Of a writer's step: the most that it will be asked, about; dollars where its price is known. */
  readonly asks?: { readonly read: number; readonly written: number; readonly usd?: number };
}

export interface LearnerChoice {
  readonly table: string;
  readonly name: string;
  /** Why it was chosen, or "asked for". */
  readonly reason: string;
  readonly options: Readonly<Record<string, readonly (string | number)[]>>;
}

export interface PlanBudget {
  readonly unit: string;
  readonly epsilon: number;
  readonly delta: number;
  readonly rho: number;
  /** The share of δ set aside for values learned from the data (`category learned`); 0 where there are none. */
  readonly reservedDelta: number;
  readonly shares: readonly { readonly on: string; readonly share: number; readonly rho: number }[];
  /** By sweep: the budget of each of its runs. */
  readonly swept?: readonly (readonly { readonly epsilon: number; readonly delta: number }[])[];
}

/** How a rule will be held. */
export interface RulePlan {
  readonly table: string;
  readonly text: string;
  readonly enforcement:
    | "computed"
    | "by construction"
    | "mask"
    | "structural zeros"
    | "repair"
    | "redraw"
    | "order"
    | "measured";
  /** Estimated share of proposals that pass without help, where known (0..1). */
  readonly acceptance?: number;
  /** Of a key: how many values it has, at most, and the most rows that need one each. */
  readonly room?: { readonly values: number; readonly rows: number };
}
