import { setImmediate } from "node:timers/promises";
import {
  type CheckpointStore,
  type CopyLater,
  type OnAcknowledged,
  type Saver,
  type SaveOrder,
  type SaveReceipt,
  type SaverOptions,
  saverTo,
} from "@reprise/core";
import { withdrawBeat } from "../beat.ts";
import { Connection, NoThread } from "./connection.ts";
import { copyShared } from "./copy-shared.ts";
import { finish, sharedCopyOf } from "./shared-copy.ts";
import { allocateShared } from "./shared-memory.ts";

/** After so many threads that ended, without a save that succeeded in between, none is started any more. */
const maxDeaths = 2;

/**
 * Has the checkpoints of one run in `directory` written by a thread of their own. Where there can be
 * none, that is reported, and they are written to `store` by this one.
 */
export function openThreadSaver(
  directory: string,
  store: CheckpointStore,
  options: SaverOptions,
): Saver {
  if (typeof SharedArrayBuffer !== "undefined") return new ThreadSaver(directory, store, options);
  reportUnavailable(options, new NoThread("This runtime has no SharedArrayBuffer."));
  return saverTo(store, options, setImmediate);
}

class ThreadSaver implements Saver {
  readonly isShared = true;
  readonly progress: Saver["progress"];
  readonly allocate: Saver["allocate"] = allocateShared;
  readonly copy: Saver["copy"] = copyShared;
  readonly copyLater: CopyLater = (parts) => {
    const work = sharedCopyOf(parts);
    this.#connection?.copy(work);
    return () => finish(work);
  };
  readonly #directory: string;
  readonly #store: CheckpointStore;
  readonly #options: SaverOptions;
  readonly #steps: Float64Array<SharedArrayBuffer>;
  #deaths = 0;
  #connection: Connection | undefined;
  /** Takes the place of the thread where there is none. */
  #local: Saver | undefined;

  constructor(directory: string, store: CheckpointStore, options: SaverOptions) {
    this.#directory = directory;
    this.#store = store;
    this.#options = options;
    const steps = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
    this.#steps = steps;
    this.progress = {
      get step() {
        return steps[0] ?? 0;
      },
      set step(value: number) {
        steps[0] = value;
      },
    };
    // At once, so that it has started by the time of the first save.
    this.#connect();
  }

  async save(order: SaveOrder, onAcknowledged: OnAcknowledged): Promise<SaveReceipt> {
    const connection = this.#connection;
    if (!connection || this.#local) return this.#alone().save(order, onAcknowledged);
    try {
      const receipt = await connection.save(order, onAcknowledged);
      this.#deaths = 0;
      return receipt;
    } catch (error) {
      if (error instanceof NoThread) return this.#alone().save(order, onAcknowledged);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  #connect(): void {
    const { fence, frozen, report } = this.#options;
    const opening = { directory: this.#directory, fence, frozen, progress: this.#steps.buffer };
    try {
      this.#connection = new Connection(opening, report, (error) => this.#hasEnded(error));
    } catch (error) {
      this.#goOnAlone(error as NoThread);
    }
  }

  #hasEnded(error: Error): void {
    if (error instanceof NoThread || ++this.#deaths === maxDeaths) this.#goOnAlone(error);
    // At once: it has a save to make good, and a beat to go on with.
    else this.#connect();
  }

  #goOnAlone(error: Error): void {
    reportUnavailable(this.#options, error);
    void withdrawBeat(this.#directory, this.#options.fence);
    this.#alone();
  }

  #alone(): Saver {
    return (this.#local ??= saverTo(this.#store, this.#options, setImmediate));
  }
}

function reportUnavailable({ report }: SaverOptions, error: Error): void {
  const why = `${error.message} ${cureOf(error)}`.trimEnd();
  const message = `saves take turns with training, for want of a thread: ${why}`;
  report({ type: "writerUnavailable", error, message });
}

/** What to do about it, where that is known. */
function cureOf({ cause }: Error): string {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  if (code === "ERR_ACCESS_DENIED") return "Start Node with --allow-worker.";
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND")
    return "A bundle needs @reprise/node/reprise-writer beside it, as reprise-writer.js.";
  return "";
}
