/** A call of a hook, counted from 1 in this life. */
export interface HookCall {
  readonly hook:
    | "onTrainBegin"
    | "onEpochBegin"
    | "onBatchBegin"
    | "onBatchEnd"
    | "onEpochEnd"
    | "onTrainEnd"
    | "onCompleted";
  readonly nth: number;
}

/** One call of each hook, in an order in which a life that goes on behind a save comes to it. */
export const hookCalls: readonly HookCall[] = [
  { hook: "onTrainBegin", nth: 1 },
  { hook: "onEpochBegin", nth: 1 },
  { hook: "onBatchBegin", nth: 2 },
  { hook: "onBatchEnd", nth: 1 },
  { hook: "onEpochEnd", nth: 1 },
  { hook: "onBatchBegin", nth: 1 },
  { hook: "onBatchEnd", nth: 2 },
  { hook: "onTrainEnd", nth: 1 },
  { hook: "onCompleted", nth: 1 },
];

export interface TrainingToDo {
  readonly folder: string;
  /** One of `kinds`. */
  readonly kind: string;
}

/** What the program `train.ts` is to do. */
export interface TrainOrder extends TrainingToDo {
  /** What it brings to an end before: to start a process takes longer than most trainings. */
  readonly before?: readonly TrainingToDo[];
  /** @default "cpu" */
  readonly backend?: "cpu" | "wasm" | "webgpu";
  /** Where the process is killed. */
  readonly killIn?: HookCall;
  /** Where the device of WebGPU is lost. */
  readonly loseDeviceIn?: HookCall;
}
