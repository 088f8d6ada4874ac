import { type CopyPart, RepriseError } from "@reprise/core";
import { copyShared } from "./copy-shared.ts";

/** Bytes that are copied without a look at who else copies. */
const chunkLength = 2 ** 20;
const patienceMs = 60_000;

/** A copy that several threads make together, as plain data that each of them can be given. */
export interface SharedCopyWork {
  readonly parts: readonly CopyPart[];
  /** How many chunks were taken by a thread, and how many are done. */
  readonly counters: Int32Array;
}

const taken = 0;
const done = 1;

interface Chunk {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

export function sharedCopyOf(parts: readonly CopyPart[]): SharedCopyWork {
  return { parts, counters: new Int32Array(new SharedArrayBuffer(8)) };
}

/** Copies what no other thread has taken. */
export function takePart({ parts, counters }: SharedCopyWork): void {
  let index = 0;
  let mine = Atomics.add(counters, taken, 1);
  for (const { from, to } of chunksOf(parts)) {
    if (index++ !== mine) continue;
    copyShared(from, to);
    Atomics.add(counters, done, 1);
    Atomics.notify(counters, done);
    mine = Atomics.add(counters, taken, 1);
  }
}

/**
 * Takes part, and waits until the others are through. Throws `SAVE_FAILED` when one of them never is: it
 * might still read what is about to change.
 */
export function finish(work: SharedCopyWork): void {
  takePart(work);
  const { counters, parts } = work;
  let count = 0;
  for (const _ of chunksOf(parts)) count++;
  for (;;) {
    const so = Atomics.load(counters, done);
    if (so === count) return;
    if (Atomics.wait(counters, done, so, patienceMs) !== "timed-out") continue;
    throw new RepriseError(
      "SAVE_FAILED",
      "The writer's thread has not copied its part of the state within a minute. Start this process again.",
    );
  }
}

function* chunksOf(parts: readonly CopyPart[]): Generator<Chunk> {
  for (const [from, pieces] of parts) {
    let start = 0;
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at += chunkLength) {
        const to = piece.subarray(at, at + chunkLength);
        yield { from: from.subarray(start, (start += to.length)), to };
      }
    }
  }
}
