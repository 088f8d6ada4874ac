/** The steps at which a start after a crash may resume. */
export interface OwedSteps {
  /** What was acknowledged: never less. */
  readonly least: number;
  /** What was begun to be saved: never more. */
  readonly most: number;
  /** Whether nothing at all is also right, since the end of the training was under way. */
  readonly orNone: boolean;
  /** The last save, or the end, was over, the removal of what it made superfluous included. */
  readonly isSettled: boolean;
}

/** What the marks of one or several lives of a training, in order, promise to the next one. */
export function owedSteps(marks: readonly string[]): OwedSteps {
  let [least, most, orNone, isSettled] = [0, 0, false, false];
  for (const mark of marks) {
    const [event, number] = mark.split(" ");
    const step = Number(number ?? 0);
    isSettled = event === "settled" || event === "completed";
    if (event === "saving") most = step;
    if (event === "saved") least = step;
    if (event === "completing") orNone = true;
    // What was read after a boot is on the disk, and nothing that is newer; at the end nothing is.
    if (event === "resumed" || event === "completed") [least, most, orNone] = [step, step, false];
  }
  return { least, most, orNone, isSettled };
}

export function isOwed(step: number, { least, most, orNone }: OwedSteps): boolean {
  return (step >= least && step <= most) || (orNone && step === 0);
}
