import type { ReportTable, Score } from "../../ir/report.js";

/** What one attack has to tell, and what could not be had of it and why. */
export interface Part {
  readonly scores: readonly Score[];
  readonly tables?: readonly ReportTable[];
  readonly unmade?: readonly Unmade[];
}

export interface Unmade {
  readonly attack: string;
  readonly reason: string;
}

/** An attack that was not made, and why. */
export function notMade(attack: string, reason: string): Part {
  return { scores: [], unmade: [{ attack, reason }] };
}

/** All reasons in one table; none where every attack was made. */
export function unmadeTables(of: string, unmade: readonly Unmade[]): readonly ReportTable[] {
  if (unmade.length === 0) return [];
  return [
    {
      title: `Attacks on ${of} that were not made`,
      columns: ["attack", "reason"],
      rows: unmade.map(({ attack, reason }) => [attack, reason]),
    },
  ];
}
