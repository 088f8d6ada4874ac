import { fileURLToPath } from "node:url";
import { sizes } from "./data/digits.ts";

/** Odd on purpose: saves fall into the middle of epochs. */
export const saveEverySteps = 90;

/** A training that the demo interrupts. */
export interface Training {
  /** The file of the program. */
  readonly program: string;
  readonly batchSize: number;
  /** Epochs at most; early stopping may complete the training before. */
  readonly epochs: number;
}

/** Network and optimizer written by hand, run by `train()` of `@reprise/loop`. */
export const byHand: Training = { program: pathOf("./program.ts"), batchSize: 32, epochs: 10 };

/** The same with TensorFlow.js, run by `fit()` of `@reprise/tfjs`. */
export const withTfjs: Training = {
  program: pathOf("./tfjs/program.ts"),
  batchSize: 64,
  epochs: 6,
};

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

export function stepsAtMost({ epochs, batchSize }: Training): number {
  return epochs * Math.ceil(sizes.train / batchSize);
}
