import { describe, expect, test } from "@jest/globals";
import type { Callback, TrainingControl } from "../../src/lifecycle/callback.ts";
import { CallbackList } from "../../src/lifecycle/callback-list.ts";

const control: TrainingControl = {
  position: { epoch: 0, phase: "begin", batch: 0, step: 0 },
  stop() {},
  complete() {},
  fail() {},
  state: {},
};

const listOf = (...callbacks: readonly Callback[]): CallbackList =>
  new CallbackList(callbacks, control);

function stateful(key?: unknown): Callback {
  const callback = { stateDict: () => ({}), loadStateDict() {} };
  return (key === undefined ? callback : { ...callback, key }) as Callback;
}

/** The same object, with what makes it one that can be awaited. */
function thenable(object: object): unknown {
  return Reflect.set(object, "then", (done: () => void) => done()) && object;
}

describe("the hooks of several callbacks", () => {
  test("are called in the order of the list, each with its callback as this and the control last", async () => {
    const calls: unknown[] = [];
    class Watcher implements Callback {
      readonly name: string;
      constructor(name: string) {
        this.name = name;
      }
      onEpochEnd(...args: readonly unknown[]): void {
        calls.push([this.name, ...args]);
      }
    }
    await listOf(new Watcher("one"), {}, new Watcher("two")).call("onEpochEnd", 3, { loss: 1 });
    expect(calls).toEqual([
      ["one", 3, { loss: 1 }, control],
      ["two", 3, { loss: 1 }, control],
    ]);
  });

  test("wait for each other", async () => {
    const order: string[] = [];
    const slow = async (): Promise<void> => {
      await new Promise((resolve) => {
        setTimeout(resolve, 1);
      });
      order.push("slow");
    };
    const quick = (): unknown => order.push("quick");
    await listOf({ onEpochEnd: slow }, { onEpochEnd: quick }).call("onEpochEnd", 0, {});
    await listOf({ onBatchEnd: slow }, { onBatchEnd: quick }).callBatch("onBatchEnd", 0, {});
    expect(order).toEqual(["slow", "quick", "slow", "quick"]);
  });

  test.each([
    ["a promise", Promise.resolve(), true],
    ["any other thenable", thenable({}), true],
    ["a number", 5, false],
    ["null", null, false],
    ["a function with then", thenable(() => {}), false],
  ])(
    "of the hot path that return %s are waited for only if there is a need",
    (_, result, isWaited) => {
      const list = listOf({ onBatchEnd: () => result, onBatchBegin: () => result });
      expect(list.callBatch("onBatchEnd", 0, {}) !== undefined).toBe(isWaited);
      expect(list.callBatch("onBatchBegin", 0, {}) !== undefined).toBe(isWaited);
    },
  );

  test("of the hot path stop at the first that fails", async () => {
    const calls: string[] = [];
    const later = { onBatchEnd: () => calls.push("later") };
    const error = new Error("no");
    const list = listOf({ onBatchEnd: () => Promise.reject(error) }, later);
    await expect(list.callBatch("onBatchEnd", 0, {})).rejects.toBe(error);
    expect(() => void throwing(error, later).callBatch("onBatchEnd", 0, {})).toThrow(error);
    expect(calls).toEqual([]);
  });
});

function throwing(error: Error, later: Callback): CallbackList {
  return listOf(
    {
      onBatchEnd() {
        throw error;
      },
    },
    later,
  );
}

describe("callbacks with state", () => {
  test("are saved under their keys", () => {
    const list = listOf(stateful("a"), {}, stateful("b"));
    expect([...list.stateful.keys()]).toEqual(["a", "b"]);
  });

  test.each([[undefined], [""], [5], [null]])("need a key that names them: not %p", (key) => {
    expect(() => listOf(stateful(key))).toThrow(
      expect.objectContaining({ code: "INVALID_CALLBACK_KEY" }),
    );
  });

  test("need keys that differ", () => {
    expect(() => listOf(stateful("a"), stateful("b"), stateful("a"))).toThrow(
      expect.objectContaining({
        code: "INVALID_CALLBACK_KEY",
        message: expect.stringContaining('"a" twice'),
      }),
    );
  });

  test("and those without need none", () => {
    expect(listOf({}, {}, { key: "a", onEpochEnd() {} }).stateful.size).toBe(0);
  });

  test.each([[null], [undefined], [5], ["History"]])("%p is no callback", (callback) => {
    expect(() => listOf(callback as never)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});
