import { lateStep, type SceneCall } from "../strace/scenes.ts";

/** How long a fault goes on, and how the life ends in which it does. */
export interface Ending {
  /** As strace takes it. */
  readonly when: string;
  readonly dieAtStep: { readonly dieAtStep?: number };
  /** For the name of a trial. */
  readonly ending: string;
}

/** The call fails this once, and the life goes on to its end. */
export function once({ number }: SceneCall): Ending {
  return { when: String(number), dieAtStep: {}, ending: "" };
}

/**
 * All such calls fail from this one on, in a life that goes on to its end or, lest a training that is
 * complete hide what its checkpoints have lost, in one that dies before.
 */
export function forEver({ number, isEarly }: SceneCall): readonly Ending[] {
  const goesOn = { when: `${number}+`, dieAtStep: {}, ending: "" };
  const dies = { when: `${number}+`, dieAtStep: { dieAtStep: lateStep }, ending: ":dies" };
  return isEarly ? [goesOn, dies] : [goesOn];
}
