/** What is to be run next. All counts start at 0. */
export interface Position {
  /** The epoch that is in progress or comes next; as many epochs are done. */
  readonly epoch: number;
  /** `begin`, `batches` (or the name given to it), `validation` or `end`. */
  readonly phase: string;
  /** Batches done in this phase of this epoch. */
  readonly batch: number;
  /** Training batches done over the whole run. */
  readonly step: number;
}

export function describePosition({ epoch, phase, batch, step }: Position): string {
  const within = phase === "begin" ? "" : `, ${batch} of its ${phase} done`;
  return `epoch ${epoch}${within} (step ${step})`;
}
