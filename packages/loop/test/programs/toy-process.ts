// The toy as a process of its own, on a directory. Says each step of its way on stdout, one line
// each; what it is to do is the JSON of a ToyOrder in its first argument.
import { statfsSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { BackupAndRestore, type BackupOptions, type TrainingEvent } from "@reprise/loop";
import { directory, exportFile } from "@reprise/node";
import { type ToyState, trainToy } from "./toy.ts";

/** What a process of the toy is to do besides training. */
export interface ToyOrder {
  /** Holds `backup`, the store, and `model.json`, the result. */
  readonly folder: string;
  readonly options?: BackupOptions;
  /** In seconds. */
  readonly takeOverAfter?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  /** For how long each place keeps the thread busy. */
  readonly busyMs?: number;
  /** What to do at places: one of the deeds below, or `block 3000`: keep the thread busy for 3 s. */
  readonly at?: Readonly<Record<string, string>>;
  /** Whether every place is a line of the output. */
  readonly isTalkative?: boolean;
}

const order = JSON.parse(process.argv[2] ?? "") as ToyOrder;
const { folder } = order;
const filler = join(folder, "filler");
const answers = createInterface({ input: process.stdin });

const deeds: Readonly<Record<string, () => unknown>> = {
  exit: () => process.exit(9),
  SIGKILL: () => process.kill(process.pid, "SIGKILL"),
  SIGTERM: () => process.kill(process.pid, "SIGTERM"),
  /** Until the test writes a line. */
  wait: async () => {
    console.log("waiting");
    await new Promise<void>((resolve) => answers.once("line", () => resolve()));
  },
  "fill the disk": () => {
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(filler, new Uint8Array(bavail * bsize));
  },
  "free the disk": () => unlinkSync(filler),
};

async function visit(place: string): Promise<void> {
  if (order.isTalkative) console.log(`at ${place}`);
  const wanted = order.at?.[place];
  if (wanted !== undefined) {
    const [verb, milliseconds] = wanted.split(" ");
    if (verb === "block") block(Number(milliseconds));
    else await deeds[wanted]?.();
  }
  block(order.busyMs ?? 0);
}

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

function onEvent(event: TrainingEvent): void {
  if (event.type === "summary") return;
  const step = "position" in event ? ` at step ${event.position.step}` : "";
  console.log(`${event.type}${step}`);
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

async function writeModel({ weights, optimizer, seen }: ToyState): Promise<void> {
  const model = { weights: [...weights], velocity: [...optimizer.velocity], seen };
  await exportFile(join(folder, "model.json"), Buffer.from(JSON.stringify(model)));
}

const result = await trainToy({
  ...(order.epochs === undefined ? {} : { epochs: order.epochs }),
  ...(order.batchSize === undefined ? {} : { batchSize: order.batchSize }),
  visit,
  backup: new BackupAndRestore(directory(join(folder, "backup"), order), {
    ...order.options,
    onEvent,
  }),
  onCompleted: writeModel,
});
console.log(`result ${JSON.stringify(plain(result))}`);
answers.close();
