import type { Snapshot } from "../snapshot/pool.ts";

/** A snapshot on its way to the store, and what is done with it there. */
export interface WriteJob {
  readonly snapshot: Snapshot;
  /** Encodes and commits the snapshot. */
  readonly write: () => Promise<void>;
}

/**
 * Takes snapshots to the store one at a time, while training goes on. Of those that wait only the
 * newest is kept. It knows nothing of how a snapshot is written, so that a thread can do it later.
 */
export class CheckpointWriter {
  #running: Promise<void> | undefined;
  #waiting: WriteJob | undefined;

  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Queues `job`; {@link drain} tells when it is done. `write` handles its own failures. */
  submit(job: WriteJob): void {
    this.#waiting = job;
    this.#running ??= this.#run();
  }

  /** Gives up the job that waits, in favour of a newer one. */
  dropWaiting(): void {
    this.#waiting?.snapshot.release();
    this.#waiting = undefined;
  }

  /** Resolves when nothing is being written and nothing waits. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    try {
      for (let job = this.#waiting; job; job = this.#waiting) {
        this.#waiting = undefined;
        try {
          await job.write();
        } finally {
          job.snapshot.release();
        }
      }
    } finally {
      this.#running = undefined;
    }
  }
}
