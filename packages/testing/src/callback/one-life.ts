import {
  type Callback,
  type CheckpointStore,
  type Logs,
  type SavePolicy,
  type StateValue,
  Training,
} from "@reprise/core";
import { bitsOf, trainingOn } from "../state/checkpoint.ts";

/** A callback, and the training that it takes part in. */
export interface CallbackUnderTest {
  readonly callback: Callback;
  /** The training state, if the callback looks at it or changes it. */
  readonly state?: Readonly<Record<string, unknown>>;
  /** Trains step `step`, in the same way whenever the state is the same. */
  readonly train?: (step: number) => unknown;
}

/** How long the training is, and what it logs. */
export interface TrainingPlan {
  readonly epochs: number;
  /** Batches of an epoch. */
  readonly batches: number;
  readonly logs: (step: number) => Logs;
}

/** Where a life is between two calls of hooks. */
export interface Boundary {
  /** Such as `batch 1 of epoch 2 has begun`. */
  readonly description: string;
  /** Whether a checkpoint of this place may exist. */
  readonly isSavePoint: boolean;
}

/** How a run ended, and with what. */
export interface RunEnd {
  readonly end: string;
  readonly position: unknown;
  readonly callback: StateValue;
  readonly state: StateValue;
  /** What a run that failed has thrown. Not compared. */
  readonly error?: unknown;
}

interface LifeOptions {
  /** Without it nothing is saved. */
  readonly store?: CheckpointStore | undefined;
  readonly saveFreq?: SavePolicy | "epoch" | false;
  /** Called at every boundary; resolves to whether this life ends there, as though it had been killed. */
  readonly endsAt?: (boundary: Boundary) => Promise<boolean>;
}

/** Runs one life of a training. Resolves to its end, or to nothing when it was interrupted. */
export async function live(
  subject: CallbackUnderTest,
  plan: TrainingPlan,
  { store, saveFreq = false, endsAt = async () => false }: LifeOptions,
): Promise<RunEnd | undefined> {
  const { callback, state = {} } = subject;
  const training = store
    ? trainingOn(state, store, { saveFreq, sync: true }, [callback])
    : new Training({ state, callbacks: [callback] });
  try {
    const isOver = await loop(training, subject, plan, endsAt);
    if (!isOver) return undefined;
    const { kind, reason } = await training.end();
    return await endOf(training, subject, `${kind}: ${reason}`);
  } catch (error) {
    await training.fail(error);
    return { ...(await endOf(training, subject, `failed: ${String(error)}`)), error };
  }
}

async function loop(
  training: Training,
  { train }: CallbackUnderTest,
  { epochs, batches, logs }: TrainingPlan,
  endsAt: (boundary: Boundary) => Promise<boolean>,
): Promise<boolean> {
  const goesOn = async (description: string, isSavePoint: boolean): Promise<boolean> => {
    // A stop is an end of its own: whoever starts again after it goes on behind it.
    if (training.ending?.kind === "stopped") return true;
    if (!(await endsAt({ description, isSavePoint }))) return true;
    await training.interrupt();
    return false;
  };
  await training.begin();
  if (!(await goesOn("training has begun", false))) return false;
  // An epoch in which training was completed is ended as well, if need be by a later life.
  while (training.progress.begun || (training.position.epoch < epochs && !training.ending)) {
    const { epoch } = training.position;
    await training.epochBegin();
    if (!(await goesOn(`epoch ${epoch} has begun`, false))) return false;
    while (training.position.batch < batches && !training.ending) {
      const { batch, step } = training.position;
      await training.batchBegin();
      if (!(await goesOn(`batch ${batch} of epoch ${epoch} has begun`, false))) return false;
      await train?.(step);
      await training.batchEnd(logs(step));
      if (!(await goesOn(`batch ${batch} of epoch ${epoch} has ended`, true))) return false;
    }
    if (training.ending?.kind === "stopped") break;
    await training.epochEnd();
    if (!(await goesOn(`epoch ${epoch} has ended`, true))) return false;
  }
  return true;
}

async function endOf(
  { position }: Training,
  { callback, state }: CallbackUnderTest,
  end: string,
): Promise<RunEnd> {
  return {
    end,
    position,
    callback: await bitsOfCallback(callback),
    state: state ? await bitsOf(state) : null,
  };
}

// Asks for the state once only, since asking may change it.
async function bitsOfCallback(callback: Callback): Promise<StateValue> {
  const dict = callback.stateDict?.();
  if (dict === undefined) return null;
  const { state } = (await bitsOf({
    state: { stateDict: () => dict, loadStateDict: () => {} },
  })) as {
    readonly state: StateValue;
  };
  return state;
}
