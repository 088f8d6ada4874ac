import type { Attempt } from "./attempt.ts";

/** Shows on stderr how far the training is, so that stdout holds results only. */
export interface ProgressBar {
  show(now: { readonly step: number; readonly epoch: number; readonly attempt: number }): void;
  ended(attempt: number, life: Attempt): void;
}

const width = 32;
/** Drawing more often than the eye can see costs time that the training needs. */
const refreshMs = 100;

/** A bar over `steps` steps on a terminal; where stderr is none, one line for every attempt. */
export function createProgressBar(title: string, steps: number): ProgressBar {
  const { stderr } = process;
  let drawnAt = 0;
  return {
    show({ step, epoch, attempt }) {
      const now = performance.now();
      if (!stderr.isTTY || now - drawnAt < refreshMs) return;
      drawnAt = now;
      const filled = Math.min(width, Math.round((width * step) / steps));
      const bar = "█".repeat(filled).padEnd(width, "░");
      stderr.write(`\r${title} ${bar} step ${step}, epoch ${epoch}, attempt ${attempt} `);
    },
    ended(attempt, life) {
      if (stderr.isTTY) stderr.write("\r\u001B[K");
      stderr.write(
        `${title}: attempt ${attempt}, steps ${life.from} to ${life.to}, ${life.endedBy}\n`,
      );
    },
  };
}
