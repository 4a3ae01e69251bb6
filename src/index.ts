/**
 * Parable: made-up data that tells the truth. Everything that a program or a notebook needs comes in
 * by this door; what is heavy is loaded when it is first used.
 */
export { diagnose } from "./base/diagnose.js";
export { type Diagnostic, hasErrors, type LabelledSpan, type Remedy } from "./base/diagnostic.js";
export { Failure, failure } from "./base/failure.js";
export type { Progress, ProgressEvent } from "./base/progress.js";
export { SourceText } from "./base/source-text.js";
export {
  type CanaryKind,
  type Exposure,
  exposures,
  type Generate,
  likelihoodExposures,
  type Planted,
  plantCanaries,
  type Separation,
  type ShadowOptions,
  shadowAttack,
} from "./facade/attacks.js";
export { type Draft, type DraftOptions, draftSpec } from "./facade/draft.js";
export {
  type ExportedSchema,
  exportSchema,
  type ImportedSpec,
  type ImportOptions,
  importSchema,
  schemaFormats,
} from "./facade/exchange.js";
export { explainCode } from "./facade/explain.js";
export { framesInScope } from "./facade/frames-in-scope.js";
export { completeSpec, inspectSpec, isCompleteSpec, signatureOf } from "./facade/language.js";
export {
  readLedger,
  readSent,
  type Sent,
  type SentLine,
  type SourceSpending,
} from "./facade/ledger.js";
export { type Made, type MadeSpec, MadeTable, madeOf, type Params } from "./facade/made.js";
export type { Probability, SpecModel } from "./facade/model.js";
export {
  type OpenedModels,
  openModels,
  type SampleOptions,
  saveModels,
} from "./facade/model-files.js";
export {
  type DeclaredCanaries,
  type PlantOptions,
  plantInFile,
  readCanaries,
} from "./facade/plant.js";
export { Plot, type PlotOptions, plot } from "./facade/plot.js";
export { rowTypes } from "./facade/row-types.js";
export {
  type MimeBundle,
  planText,
  releaseText,
  renderDiagnostics,
  reportText,
  showValue,
} from "./facade/shown.js";
export { showRelease } from "./facade/shown-release.js";
export { SpecError } from "./facade/spec-error.js";
export { runSweeps, withSweeps } from "./facade/sweeps.js";
export { makeSpec, type NotebookHost, parable } from "./facade/tag.js";
export { type Why, whyOf, whyText } from "./facade/why.js";
export {
  fromFrame,
  type TableFormat,
  toArrow,
  toDanfo,
  type WriteReleaseOptions,
  writeRelease,
  writeReport,
  writeTable,
  writeText,
} from "./facade/written.js";
export type { CheckedSpec } from "./ir/checked.js";
export type { Plan } from "./ir/plan.js";
export type { Release, ReleasedModel, SeededRelease, WrittenFile } from "./ir/release.js";
export type { FigureData, Report, Score } from "./ir/report.js";
export type { Spec } from "./ir/spec.js";
export type { Completion, CompletionItem } from "./parse/completion.js";
export type { Inspection } from "./parse/inspect.js";
export type { Completeness } from "./parse/is-complete.js";
export type { FrameInScope } from "./parse/known-names.js";
export type { Signature } from "./parse/signature.js";
export {
  type Compilation,
  compile as compileSpec,
  evaluateFiles,
  evaluateRelease,
  type FilesPlace,
  formatSpec,
  type Place,
  type RunPlace,
  runPlan,
  runSeeded,
  type SeededPlace,
} from "./pipeline.js";
export type { ColumnType } from "./table/column-type.js";
export { type Row, toObjects } from "./table/rows.js";
export type { CodeColumn, Column, NumberColumn, Table } from "./table/table.js";
