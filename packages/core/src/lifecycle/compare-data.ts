import { RepriseError } from "../errors.ts";
import { type DataDescriptor, descriptorDifferences } from "../position/descriptor.ts";
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
  const differences = saved ? descriptorDifferences(saved, descriptor) : [];
  if (differences.length > 0 && phase.batch > 0 && !phase.done) {
    throw new RepriseError(
      "DATA_MISMATCH",
      `The data of "${phase.name}" in epoch ${progress.epoch} is not what ${phase.batch} of its batches were ` +
        `already taken from: ${differences.join("; ")}. Going on would repeat or skip samples. Use the ` +
        `same data until this epoch is over, or begin anew with another store.`,
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
