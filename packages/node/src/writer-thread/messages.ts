import type { SaveOrder, SaveReceipt, TrainingEvent } from "@reprise/core";
import type { ErrorCopy } from "./error-copy.ts";
import type { SharedCopyWork } from "./shared-copy.ts";

/** What the loop's thread asks of the writer's. Each run has a number of its own. */
export type Request =
  | {
      readonly kind: "open";
      readonly run: number;
      readonly directory: string;
      readonly fence: number;
      readonly frozen: readonly string[];
      /** Memory of one 64-bit number: the step that the training has reached. */
      readonly progress: SharedArrayBuffer;
    }
  | { readonly kind: "copy"; readonly run: number; readonly work: SharedCopyWork }
  | { readonly kind: "save"; readonly run: number; readonly order: SaveOrder }
  | { readonly kind: "close"; readonly run: number };

/** What the writer's thread tells of a run. */
export type Answer =
  | {
      readonly kind: "event";
      readonly run: number;
      /** Without the error that it may have. */
      readonly event: TrainingEvent;
      readonly error: ErrorCopy | undefined;
    }
  | {
      readonly kind: "acknowledged";
      readonly run: number;
      readonly entry: SaveReceipt["entry"];
      readonly bytes: number;
    }
  | { readonly kind: "saved"; readonly run: number; readonly receipt: SaveReceipt }
  | { readonly kind: "closed"; readonly run: number }
  | { readonly kind: "failed"; readonly run: number; readonly error: ErrorCopy };

/** The first message of the writer's thread, which has no run. */
export const ready = "ready";
