/** A call of a hook, as a callback of tfjs sees it. */
export type Call = readonly [hook: string, index: unknown, logs: unknown];

/** The hooks of tfjs. */
export const hooks = [
  "onTrainBegin",
  "onEpochBegin",
  "onBatchBegin",
  "onBatchEnd",
  "onEpochEnd",
  "onTrainEnd",
] as const;
