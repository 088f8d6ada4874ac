import { beforeEach, describe, expect, test } from "@jest/globals";
import { BackupAndRestore, type Callback, memory } from "@reprise/core";
import { fit, type FitArgs } from "../../src/index.ts";
import * as tf from "../tf.ts";
import { dense } from "./models.ts";

const calls: string[] = [];

beforeEach(() => {
  calls.length = 0;
});

/** What a progress bar needs: an epoch that it has seen begin. */
class Bar extends tf.Callback {
  #isOpen = false;

  override async onEpochBegin(epoch: number): Promise<void> {
    this.#isOpen = true;
    calls.push(`begin ${epoch} of ${String(this.params["epochs"])}`);
  }

  override async onBatchEnd(batch: number): Promise<void> {
    if (!this.#isOpen) throw new Error("no bar");
    calls.push(`batch ${batch}`);
  }
}

tf.registerCallbackConstructor(1, Bar);

const args: FitArgs = { epochs: 1, batchSize: 5 };
const silent: FitArgs = Object.assign({}, args, { verbose: 0 });

test("what tfjs adds to every training is told as by model.fit", async () => {
  const plain = dense();
  await plain.model.fit(plain.x, plain.y, args as tf.ModelFitArgs);
  const ofPlain = calls.splice(0);
  expect(ofPlain).toEqual(["begin 0 of 1", "batch 0", "batch 1"]);

  const { model, x, y } = dense();
  await fit(model, x, y, args);
  expect(calls.splice(0)).toEqual(ofPlain);

  await fit(model, x, y, silent);
  expect(calls.splice(0)).toEqual([]);

  await plain.model.fit(plain.x, plain.y, args as tf.ModelFitArgs);
  expect(calls.splice(0)).toEqual(ofPlain);
});

test("it is told again from the next epoch on when one was resumed in its middle", async () => {
  const store = memory();
  const stop: Callback = {
    key: "stop",
    onBatchEnd: (_batch, _logs, training) => training.stop(),
  };
  const first = dense();
  const callbacks = (): BackupAndRestore => new BackupAndRestore(store, { onEvent: () => {} });
  await fit(first.model, first.x, first.y, { ...args, callbacks: [stop, callbacks()] });
  calls.splice(0);

  const { model, x, y } = dense();
  const { epoch } = await fit(model, x, y, { ...args, epochs: 2, callbacks: callbacks() });
  expect(epoch).toEqual([0, 1]);
  expect(calls).toEqual(["begin 1 of 2", "batch 0", "batch 1"]);
});

describe("a tfjs of which the callbacks cannot be known is refused before the first step", () => {
  /** A loop that does this before it trains. */
  function loopThat(begins: () => void): PropertyDescriptor {
    const loop = Object.defineProperty(async () => begins(), "length", { value: 14 });
    return { value: loop, configurable: true, writable: true };
  }

  const { prototype: model } = tf.LayersModel;
  const { prototype: list } = tf.CallbackList;
  const listOf = (callbacks: tf.Callback[]) =>
    loopThat(() => new tf.CallbackList(callbacks).setParams({}));

  test.each<[string, object, string, PropertyDescriptor]>([
    ["CallbackList has no setParams()", list, "setParams", { value: undefined }],
    ["fitLoop() does not call setParams()", model, "fitLoop", loopThat(() => {})],
    ["the list of callbacks does not begin", model, "fitLoop", listOf([new Bar(), new Bar()])],
    ["the list of callbacks does not begin", model, "fitLoop", listOf([])],
  ])("%s", async (message, owner, name, property) => {
    const { model: trained, x, y } = dense();
    const before = trained.getWeights().map((weight) => weight.dataSync().slice());
    const own = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor;
    Object.defineProperty(owner, name, { ...own, ...property });
    const training = fit(trained, x, y, args).finally(() =>
      Object.defineProperty(owner, name, own),
    );
    await expect(training).rejects.toMatchObject({ code: "PEER_UNSUPPORTED" });
    await expect(training).rejects.toThrow(message);
    expect(trained.getWeights().map((weight) => weight.dataSync())).toEqual(before);
    expect(calls).toEqual([]);
  });
});
