/** In which call of which hook, counted from 1 in this life, the process is killed. */
export interface KillIn {
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

/** What the program `train.ts` is to do. */
export interface TrainOrder {
  readonly folder: string;
  /** One of `kinds`. */
  readonly kind: string;
  readonly killIn?: KillIn;
}
