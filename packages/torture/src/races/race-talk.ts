import { appendFileSync, existsSync } from "node:fs";
import { readlink } from "node:fs/promises";
import { createInterface } from "node:readline";

/** What a racer is told on its command line, as JSON. */
export interface RaceOrder {
  /** Tells the racers of one race apart; process numbers do not, across namespaces. */
  readonly name: string;
  readonly backup: string;
  /** A line for all that happens, of all racers in the order in which it happens. */
  readonly journal: string;
  /** Before these steps a racer says so and waits to be told to go on. */
  readonly gates: readonly number[];
  readonly takeOver: boolean;
  /** At gates, lets no event in until there is a file of this path, as a long computation does. */
  readonly computesUntil?: string;
}

/** How a racer talks to whoever started it. */
export interface RaceTalk {
  /** Writes down what it did. */
  readonly note: (line: string) => void;
  /** Waits, if there is a gate before this step. */
  readonly pass: (step: number) => Promise<void>;
  /** Listens no more, so that the process can end. */
  readonly close: () => void;
}

/**
 * Says that a racer is ready, and waits until it may go. Each start, gate and go is a line on stdin or
 * stdout, so that who does what when rests on no clock.
 */
export async function standReady(order: RaceOrder): Promise<RaceTalk> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  // Asynchronous, so that it tells the thread in which the file operations of this process run.
  say(`ready ${await readlink("/proc/thread-self")} ${Date.now()}`);
  await lines.next();
  return {
    note(line) {
      appendFileSync(order.journal, `${order.name} ${line}\n`);
      say(line);
    },
    async pass(step) {
      if (!order.gates.includes(step)) return;
      say(`gate ${step} ${Date.now()}`);
      if (order.computesUntil === undefined) await lines.next();
      else compute(order.computesUntil);
    },
    close: () => void process.stdin.destroy(),
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function compute(until: string): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(until)) Atomics.wait(never, 0, 0, 10);
}
