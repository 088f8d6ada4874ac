import { performance } from "node:perf_hooks";
import type { Tensors } from "../state.ts";

/** A way to save, as its users do. */
export interface Peer {
  readonly name: string;
  /** What an acknowledged save survives. */
  readonly survives: string;
  /** Gets ready to save `tensors` into `folder`, again and again. */
  open(folder: string, tensors: Tensors): Promise<OpenPeer>;
}

export interface OpenPeer {
  /** Resolves, when all is written, to how long training had to stand still, in ms. */
  save(): Promise<number>;
  close(): Promise<void>;
}

/** How long this thread is busy until `save` has resolved, in ms: as long as training stands still for it. */
export async function busyTime(save: () => Promise<unknown>): Promise<number> {
  const before = performance.eventLoopUtilization();
  await save();
  return performance.eventLoopUtilization(before).active;
}
