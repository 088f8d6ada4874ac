import { describe, expect, test } from "@jest/globals";
import { type GraphicsBackend, readTensor } from "../../src/states/read-tensor.ts";

const silent = { data: () => new Promise<never>(() => {}) };
const zeros = { data: async () => new Float32Array(3) };

function lostAfter(calls: number): GraphicsBackend {
  let count = 0;
  return { gpgpu: { gl: { isContextLost: () => (count += 1) > calls } } };
}

describe("reading a tensor", () => {
  test("of a backend that never answers fails after a while", async () => {
    await expect(readTensor(silent, "w", { withinMs: 5 })).rejects.toMatchObject({
      code: "DEVICE_LOST",
      message: expect.stringContaining("w could not be read: the backend did not answer in 5 ms"),
    });
  });

  test.each([0, 1])(
    "of a WebGL context that was lost after %i looks fails, and gives no zeros",
    async (calls) => {
      const backend = lostAfter(calls);
      await expect(readTensor(zeros, "w", { backend })).rejects.toMatchObject({
        code: "DEVICE_LOST",
        message: expect.stringContaining("the WebGL context was lost"),
      });
    },
  );

  test("of a WebGL context that is lost meanwhile fails at once, and leaves no listener", async () => {
    const listeners = new Set<() => void>();
    const canvas = {
      addEventListener: (_type: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_type: string, listener: () => void) => listeners.delete(listener),
    };
    const reading = readTensor(silent, "w", { backend: { gpgpu: { gl: { canvas } } } });
    const outcome = expect(reading).rejects.toMatchObject({
      code: "DEVICE_LOST",
      message: expect.stringContaining("the WebGL context was lost"),
    });
    while (listeners.size === 0) await new Promise((resolve) => setImmediate(resolve));
    for (const listener of listeners) listener();
    await outcome;
    expect(listeners.size).toBe(0);
  });

  test("of a WebGPU device that was lost fails at once", async () => {
    const backend = { device: { lost: Promise.resolve({ message: "unplugged" }) } };
    await expect(readTensor(silent, "w", { backend })).rejects.toMatchObject({
      code: "DEVICE_LOST",
      message: expect.stringContaining("the GPU device was lost: unplugged"),
    });
  });

  test("asks a device once for its loss, however often it is read, and fails from then on", async () => {
    let asked = 0;
    let lose: (info: { message: string }) => void = () => {};
    const lost = new Promise<{ message: string }>((resolve) => {
      lose = resolve;
    });
    const device = {
      get lost() {
        asked += 1;
        return lost;
      },
    };
    const backend = { device };
    await readTensor(zeros, "w", { backend });
    const once = asked;
    for (let read = 0; read < 10; read += 1) await readTensor(zeros, "w", { backend });
    expect(asked).toBe(once);
    const reading = readTensor(silent, "w", { backend });
    lose({ message: "unplugged" });
    await expect(reading).rejects.toMatchObject({ code: "DEVICE_LOST" });
    await expect(readTensor(zeros, "w", { backend })).rejects.toMatchObject({
      code: "DEVICE_LOST",
    });
  });

  test("of a backend in good health gives what it gave", async () => {
    const backend = { ...lostAfter(2), device: { lost: new Promise<never>(() => {}) } };
    expect(await readTensor(zeros, "w", { backend })).toEqual(new Float32Array(3));
  });

  test("lets other work run before each tensor", async () => {
    const order: string[] = [];
    const tensor = {
      data: async () => {
        order.push("tensor");
        return [0];
      },
    };
    const other = async (): Promise<void> => {
      for (let turn = 0; turn < 2; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        order.push("other");
      }
    };
    const reads = async (): Promise<void> => {
      await readTensor(tensor, "a");
      await readTensor(tensor, "b");
    };
    await Promise.all([reads(), other()]);
    expect(order).toEqual(["tensor", "other", "tensor", "other"]);
  });
});
