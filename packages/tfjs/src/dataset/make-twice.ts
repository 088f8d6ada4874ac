import { RepriseError } from "@reprise/core";
import { dispose, type TensorContainer, util } from "@tensorflow/tfjs-core";
import { macrotask } from "../states/macrotask.ts";
import { requireDataset } from "./dataset-args.ts";
import { type Dataset, isMaker, type MakeDataset } from "./dataset.ts";
import { dataMismatch } from "./data-mismatch.ts";
import { Reader, type ReaderParts } from "./reader.ts";
import { isSameTally, type Tally } from "./tally.ts";

/** Where a dataset comes from, and what it is read for. */
export interface Recipe extends Pick<ReaderParts, "phase" | "tensorsOf"> {
  /** Whatever is no function cannot be made twice. */
  readonly make: unknown;
}

/** How many elements are compared: two orders of few samples may begin alike by chance. */
const compared = 4;

/** The dataset that a function makes; whatever is no function is itself. */
export async function made<T>(from: T | MakeDataset): Promise<T | Dataset> {
  if (!isMaker(from)) return from;
  const dataset = await from();
  requireDataset("what the function for a dataset returns", dataset);
  return dataset;
}

/**
 * Makes a dataset twice, for no other use, and compares how the two begin. Returns the error for one that is not
 * the same each time: it would not be when the training is resumed either, hours later.
 */
export async function differenceWhenMadeTwice({
  make,
  ...use
}: Recipe): Promise<RepriseError | undefined> {
  if (!isMaker(make)) return undefined;
  const first = await made<never>(make);
  const beginning = await beginningOf(first, use);
  await clockTick();
  const second = await made<never>(make);
  if (second === first) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected the function for the dataset of "${use.phase}" to make a new one in each call; it returns the same ` +
        `one. Build all of it within the function, from its source to batch().`,
    );
  }
  const again = await beginningOf(second, use);
  if (isSameTally(beginning, again)) return undefined;
  return dataMismatch(
    use.phase,
    `Expected the function for the dataset of "${use.phase}" to make the same one in each call; made twice, the ` +
      `first elements differ, or come in another order. A resume could not go on with it.`,
    beginning,
  );
}

async function beginningOf(dataset: Dataset, use: Omit<Recipe, "make">): Promise<Tally> {
  const reader = new Reader({ ...use, dataset, batches: compared });
  try {
    await reader.open();
    for (let read = 0; read < compared; read++) {
      const { value, done } = await reader.next();
      dispose(value as TensorContainer);
      if (done) break;
    }
    return reader.reading.current;
  } finally {
    await reader.close();
  }
}

/** Without a seed a shuffle takes its order from this clock, which is coarse in browsers. */
async function clockTick(): Promise<void> {
  const now = util.now();
  while (util.now() === now) await macrotask();
}
