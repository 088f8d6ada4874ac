// Preloaded with `--import` into the process under test; does nothing without an order.
import fs from "node:fs";
import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";
import { type KillOrder, killOrderVariable } from "./kill-order.ts";
import { watchFileOperations } from "./watch-file-operations.ts";

type SharedOrder = {
  readonly order: KillOrder;
  /** Counts the operations of all threads of the process. */
  readonly counter: Int32Array;
};

const shared = isMainThread ? takeOrder() : getEnvironmentData(killOrderVariable);
if (shared) await obey(shared as unknown as SharedOrder);

function takeOrder(): SharedOrder | undefined {
  const text = process.env[killOrderVariable];
  if (text === undefined) return undefined;
  // The order is for this process and its threads, not for the processes that it starts.
  delete process.env[killOrderVariable];
  const order = JSON.parse(text) as KillOrder;
  const taken: SharedOrder = { order, counter: new Int32Array(new SharedArrayBuffer(4)) };
  setEnvironmentData(killOrderVariable, taken);
  return taken;
}

async function obey({ order, counter }: SharedOrder): Promise<void> {
  const journal = fs.openSync(order.journal, "a");
  const { writeSync } = fs;
  await watchFileOperations(order.directory, (description, reach) => {
    const number = Atomics.add(counter, 0, 1) + 1;
    writeSync(journal, `${JSON.stringify(description)}\n`);
    if (number !== order.fileOperation) return;
    try {
      reach?.(order.half === true);
    } finally {
      process.kill(process.pid, "SIGKILL");
    }
  });
}
