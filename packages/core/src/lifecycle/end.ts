/**
 * How a life of the training ended. `completed`: there is nothing left to do. `stopped`: the user
 * asked for it. `preempted`: the machine goes. `failed`: an error. `interrupted`: the loop was left.
 */
export interface TrainingEnd {
  readonly kind: "completed" | "stopped" | "preempted" | "failed" | "interrupted";
  /** Why, for people, such as `EarlyStopping: loss has not improved for 3 epochs`. */
  readonly reason: string;
}
