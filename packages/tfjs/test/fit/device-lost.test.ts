import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { BackupAndRestore, memory } from "@reprise/core";
import { resolveLogs } from "../../src/fit/logs.ts";
import { fit, fitDataset } from "../../src/index.ts";
import * as tf from "../tf.ts";
import { dense } from "./models.ts";

interface Gpu {
  device?: { readonly lost: Promise<{ readonly message: string }> };
  read?: (id: object) => Promise<unknown>;
}

// The cpu backend, made to look like one that computes on a device.
const gpu = tf.backend() as Gpu;
let lose: () => void;

beforeEach(() => {
  const lost = new Promise<{ readonly message: string }>((resolve) => {
    lose = () => resolve({ message: "unplugged" });
  });
  gpu.device = { lost };
});

afterEach(() => {
  jest.useRealTimers();
  delete gpu.device;
  delete gpu.read;
});

/** From now on nothing can be read, as of a context that was lost. */
function beSilent(): void {
  gpu.read = () => new Promise(() => {});
}

describe("reading what a step has logged", () => {
  test("fails when the device is lost meanwhile", async () => {
    beSilent();
    const reading = resolveLogs({ size: 4, loss: tf.scalar(1) });
    lose();
    await expect(reading).rejects.toMatchObject({
      code: "DEVICE_LOST",
      message: expect.stringContaining(
        "loss could not be read: the GPU device was lost: unplugged",
      ),
    });
  });

  test("fails when the device does not answer", async () => {
    beSilent();
    jest.useFakeTimers({ doNotFake: ["setImmediate"] });
    const reading = resolveLogs({ loss: tf.scalar(1) });
    const refused = expect(reading).rejects.toMatchObject({
      code: "DEVICE_LOST",
      message: expect.stringContaining("loss could not be read: the backend did not answer"),
    });
    await jest.advanceTimersByTimeAsync(60_000);
    await refused;
  });
});

describe("fit", () => {
  const args = { epochs: 2, batchSize: 4 };

  test("trains no batch on a device that is lost, and saves nothing of one", async () => {
    let [begun, saved] = [0, 0];
    const onBatchBegin = (): void => {
      if (++begun === 2) lose();
    };
    const backup = new BackupAndRestore(memory(), {
      saveFreq: 1,
      sync: true,
      onEvent: ({ type }) => void (saved += Number(type === "saved")),
    });
    const { model, x, y } = dense();
    const callbacks = [{ key: "watching", onBatchBegin }, backup];
    await expect(fit(model, x, y, { ...args, callbacks })).rejects.toMatchObject({
      code: "DEVICE_LOST",
      message: expect.stringContaining("A step could not be computed"),
    });
    expect([begun, saved]).toEqual([2, 1]);
  });

  test("tells of the loss that is behind an error, and keeps any other error", async () => {
    const aborted = new Error("Aborted");
    const onBatchEnd = (batch: number): void => {
      if (batch === 1) lose();
      if (batch === 1) throw aborted;
    };
    const { model, x, y } = dense();
    const training = fit(model, x, y, { ...args, callbacks: { onBatchEnd } });
    await expect(training).rejects.toMatchObject({ code: "DEVICE_LOST", cause: aborted });

    delete gpu.device;
    const other = dense();
    const callbacks = { onBatchEnd: () => Promise.reject(aborted) };
    await expect(fit(other.model, other.x, other.y, { ...args, callbacks })).rejects.toBe(aborted);
  });

  test.each(["onBatchEnd", "onEpochEnd"])(
    "does not wait for ever for the logs of an object with %s",
    async (hook) => {
      const told: unknown[] = [];
      gpu.read = () => {
        lose();
        return new Promise(() => {});
      };
      const { model, x, y } = dense();
      const callbacks = { [hook]: (...call: unknown[]) => void told.push(call) };
      await expect(fit(model, x, y, { ...args, callbacks })).rejects.toMatchObject({
        code: "DEVICE_LOST",
        message: expect.stringContaining("could not be read"),
      });
      expect(told).toEqual([]);
    },
  );
});

test("fitDataset does not wait for ever for data that a device has lost", async () => {
  gpu.read = () => {
    lose();
    return new Promise(() => {});
  };
  const { model } = dense();
  const elements = [{ xs: [1, 2, 3, 4], ys: [1, 2] }];
  const dataset = tf.data.array(elements).batch(1);
  await expect(fitDataset(model, dataset, { epochs: 1 })).rejects.toMatchObject({
    code: "DEVICE_LOST",
    message: expect.stringContaining("The data could not be read"),
  });
});
