import { setImmediate } from "node:timers/promises";
import { type CheckpointStore, type Saver, type SaverOptions, saverTo } from "@reprise/core";
import { withdrawBeat } from "../beat.ts";
import { Connection, NoThread } from "./connection.ts";
import { finish, sharedCopyOf } from "./shared-copy.ts";

/** After so many threads that ended in a save, one after the other, no further one is started. */
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
  const { fence, frozen, report } = options;
  const progress = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const steps = new Float64Array(progress);
  let deaths = 0;
  let connection: Connection | undefined;
  let local: Saver | undefined;

  const connect = (): Connection => {
    if (!connection || connection.hasEnded)
      connection = new Connection({ directory, fence, frozen, progress }, report);
    return connection;
  };
  const goOnAlone = (error: Error): Saver => {
    const message = `saves take turns with training, for want of a thread: ${error.message}`;
    report({ type: "writerUnavailable", error, message });
    void withdrawBeat(directory, fence);
    return (local = saverTo(store, options, setImmediate));
  };

  // At once, so that it has started by the time of the first save.
  try {
    connect();
  } catch (error) {
    goOnAlone(error as NoThread);
  }
  return {
    progress: {
      set step(value: number) {
        steps[0] = value;
      },
    } as Saver["progress"],
    isShared: true,
    allocate: (byteLength) => new SharedArrayBuffer(byteLength),
    copyLater(parts) {
      const work = sharedCopyOf(parts);
      connection?.copy(work);
      return () => finish(work);
    },
    async save(order, onAcknowledged) {
      if (local) return local.save(order, onAcknowledged);
      try {
        const receipt = await connect().save(order, onAcknowledged);
        deaths = 0;
        return receipt;
      } catch (error) {
        if (error instanceof NoThread) return goOnAlone(error).save(order, onAcknowledged);
        if (connection?.hasEnded && ++deaths === maxDeaths) goOnAlone(error as Error);
        throw error;
      }
    },
    async close() {
      await connection?.close();
    },
  };
}
