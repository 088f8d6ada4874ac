import { RepriseError } from "../errors.ts";
import type { Report } from "../event.ts";
import type { DataDescriptor } from "../position/descriptor.ts";
import { factDifferences } from "../position/fact-differences.ts";
import type { PhaseProgress, Progress } from "../position/progress.ts";

/** Looks at a phase that is about to be gone through. Throws if it should not be. */
export type PhaseCheck = (progress: Progress, phase: PhaseProgress, report: Report) => void;

/**
 * Compares the data of a phase with what the checkpoint was made with. In the middle of a phase other
 * data would repeat or skip samples: it is refused with `DATA_MISMATCH`. At its beginning it is reported.
 */
export function sameData(descriptor: DataDescriptor): PhaseCheck {
  return (progress, phase, report) => {
    const { name, batch } = phase;
    const saved = progress.descriptors.get(name);
    progress.descriptors.set(name, descriptor);
    const differences = saved ? factDifferences(saved, descriptor) : [];
    if (differences.length === 0) return;
    const message = `the data of "${name}" changed: ${differences.join("; ")}`;
    if (batch === 0 || phase.done) {
      report({ type: "dataChanged", phase: name, differences, message });
      return;
    }
    throw new RepriseError(
      "DATA_MISMATCH",
      `After ${batch} batches of epoch ${progress.epoch}, ${message}. Use the same data until the ` +
        `epoch is over.`,
      { details: { phase: name, differences } },
    );
  };
}
