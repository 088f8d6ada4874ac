import type { RepriseErrorCode } from "@reprise/core";

/** A call of the store within one life of a training. Numbers count from 1. */
export type StorePoint =
  /** The n-th checkpoint that this life creates. */
  | { readonly save: number }
  /** The n-th call in this life, whichever it is. */
  | { readonly operation: number };

/** A moment between two batches within one life of a training. Numbers count from 1. */
type BoundaryPoint =
  /** The first one after training step n, counted over all lives. */
  | { readonly step: number }
  /** The n-th one of this life, those between batches of validation and between epochs included. */
  | { readonly boundary: number };

/** As SIGKILL: nothing of the old life runs any more, no `catch` and no `finally`. */
export interface Kill {
  readonly kind?: "kill";
}

/** As SIGTERM: at the next boundary the loop saves, and leaves by itself. */
export interface Term {
  readonly kind: "term";
}

/** The store rejects. */
export interface StoreError {
  readonly kind: "error";
  /** @default "STORE_FAILED" */
  readonly code?: RepriseErrorCode;
  /**
   * Whether every later call fails as well.
   * @default false
   */
  readonly forever?: boolean;
}

/** Whether the call during which it happened still took effect. */
export interface Landing {
  /** @default true, and false for an error */
  readonly landed?: boolean;
}

/** How one life is interrupted, as plain JSON. */
export type Interruption =
  | (StorePoint & Landing & (Kill | StoreError))
  | (StorePoint & Term)
  | (BoundaryPoint & (Kill | Term));

/** The interruptions of the lives of one training, one a life; the life after the last is undisturbed. */
export type Schedule = readonly Interruption[];

/**
 * A schedule of `points`: a number `n` is a kill after training step `n`, anything else an
 * {@link Interruption} as it is.
 */
export function interruptAt(...points: readonly (number | Interruption)[]): Schedule {
  return points.map((point) => (typeof point === "number" ? { step: point } : point));
}
