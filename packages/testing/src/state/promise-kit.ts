import type { CheckpointStore } from "@reprise/core";
import { saveAfter } from "./checkpoint.ts";
import { macrotask } from "../contract/macrotask.ts";

/** A state as a process that has just started has it. */
export interface TrainingStateUnderTest {
  /** What is given to a training as its `state`. */
  readonly state: unknown;
  /**
   * Trains step `step`, in the same way whenever the state is the same. What it returns, such as the
   * loss, is compared as well, and shows what is not in the state although it should be.
   */
  readonly train: (step: number) => unknown;
}

/** What a promise is shown with. */
export interface StateKit {
  readonly make: () => Promise<TrainingStateUnderTest>;
  readonly open: () => CheckpointStore;
}

/** Promises of a training state by their names; each body shows one with instances of its own. */
export type StatePromises = Readonly<Record<string, (kit: StateKit) => Promise<void>>>;

/** The step at which the trainings of these promises end. */
export const lastStep = 6;

/** Steps that no training of these promises comes to by itself. */
export const otherSteps: readonly number[] = [101, 102];

/** The steps from `start` up to, and without, `end`. */
export function stepsFrom(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

/** Trains these steps, one after the other; resolves to what each of them returned. */
export async function train(
  subject: TrainingStateUnderTest,
  steps: readonly number[],
): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const step of steps) results.push(await subject.train(step));
  return results;
}

/** A new instance that was trained up to, and without, step `end`. */
export async function trainedTo(end: number, kit: StateKit): Promise<TrainingStateUnderTest> {
  const subject = await kit.make();
  await train(subject, stepsFrom(0, end));
  return subject;
}

/** A checkpoint of a new instance that was trained up to, and without, step `end`. */
export async function savedAt(end: number, { make, open }: StateKit): Promise<CheckpointStore> {
  const subject = await make();
  return saveAfter(subject.state, () => train(subject, stepsFrom(0, end)), open);
}

/** Lets a load that nobody waits for come to its end, so that one promise alone tells of it. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await macrotask();
}
