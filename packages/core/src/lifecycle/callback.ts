import type { Logs } from "../position/logs.ts";
import type { Position } from "../position/position.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import type { TrainingEnd } from "./end.ts";

/** Where a training starts from. */
export interface TrainingStart {
  readonly resumed: boolean;
  readonly position: Position;
}

/** What a callback may ask of the training it belongs to. Takes effect at the next boundary. */
export interface TrainingControl {
  readonly position: Position;
  /** Ends this life after a save; the next start goes on from here. */
  stop(reason?: string): void;
  /** Ends training for good, as though all epochs were done. */
  complete(reason?: string): void;
  /** Ends this life with `error`; nothing is saved any more. */
  fail(error: unknown): void;
  /** The live training state, as it was given to the training. */
  readonly state: unknown;
}

/**
 * Takes part in training. The hooks carry Keras's names; a hook that returns a promise is awaited;
 * one that throws fails the run. `epoch` and `batch` count from 0. On a resume, the begin hooks of
 * an epoch that the checkpoint has begun are not called again.
 */
export interface Callback {
  /**
   * Names this callback's state in the checkpoint; required with `stateDict`. Must stay the same
   * from start to start, and differ from that of every other callback.
   */
  readonly key?: string;
  onTrainBegin?(start: TrainingStart, training: TrainingControl): unknown;
  onEpochBegin?(epoch: number, logs: Logs, training: TrainingControl): unknown;
  onBatchBegin?(batch: number, logs: Logs, training: TrainingControl): unknown;
  onBatchEnd?(batch: number, logs: Logs, training: TrainingControl): unknown;
  onEpochEnd?(epoch: number, logs: Logs, training: TrainingControl): unknown;
  /** Training is complete. */
  onTrainEnd?(logs: Logs, training: TrainingControl): unknown;
  /** This life ends before training is complete. */
  onTrainInterrupted?(end: TrainingEnd, training: TrainingControl): unknown;
  /** What must survive an interruption; loaded again after `onTrainBegin`. */
  stateDict?(): StateDict;
  loadStateDict?(dict: StateDict): unknown;
}
