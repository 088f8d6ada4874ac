import { RepriseError } from "../errors.ts";
import type { DataDescriptor } from "../position/descriptor.ts";
import { factDifferences } from "../position/fact-differences.ts";
import type { PhaseProgress, Progress } from "../position/progress.ts";
import type { Report } from "./event.ts";

/** What a phase is about to go through. */
export interface PhaseData {
  readonly descriptor: DataDescriptor;
}

/**
 * Compares the data of a phase with what the checkpoint was made with. In the middle of a phase other
 * data would repeat or skip samples: it is refused. At its beginning it is reported.
 */
export function compareData(
  progress: Progress,
  phase: PhaseProgress,
  { descriptor }: PhaseData,
  report: Report,
): void {
  const saved = phase.descriptor ?? progress.descriptors.get(phase.name);
  const differences = saved ? factDifferences(saved, descriptor) : [];
  if (differences.length > 0 && phase.batch > 0 && !phase.done) {
    throw new RepriseError(
      "DATA_MISMATCH",
      `The data of "${phase.name}" changed after ${phase.batch} batches of epoch ${progress.epoch}: ` +
        `${differences.join("; ")}. Samples would be repeated or skipped: use the same data until the ` +
        `epoch is over.`,
      { details: { phase: phase.name, differences } },
    );
  }
  if (differences.length > 0) {
    const message = `the data of "${phase.name}" changed: ${differences.join("; ")}`;
    report({ type: "dataChanged", phase: phase.name, differences, message });
  }
  phase.descriptor = descriptor;
  progress.descriptors.set(phase.name, descriptor);
}
