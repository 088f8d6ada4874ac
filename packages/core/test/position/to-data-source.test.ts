import { describe, expect, test } from "@jest/globals";
import { isRepriseError } from "../../src/errors.ts";
import type { Data, DataCursor, DataStart } from "../../src/position/data-source.ts";
import { keyedRandom } from "../../src/position/random.ts";
import { sequentialBatches } from "../../src/position/sequential-batches.ts";
import { shuffledBatches } from "../../src/position/shuffled-batches.ts";
import { toDataSource } from "../../src/position/to-data-source.ts";

async function rest<T>(cursor: DataCursor<T>): Promise<T[]> {
  const items: T[] = [];
  for (let item = await cursor.next(); !item.done; item = await cursor.next()) {
    items.push(item.value);
  }
  return items;
}

async function itemsFrom<T>(data: Data<T>, start: DataStart): Promise<T[]> {
  return rest(await toDataSource(data).open(start));
}

async function failureOf(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  return undefined;
}

function* letters(): Generator<string> {
  yield* ["a", "b", "c", "d", "e"];
}

async function* lettersLater(): AsyncGenerator<string> {
  for (const letter of letters()) {
    await Promise.resolve();
    yield letter;
  }
}

/** A stream that knows its place, as a reader of large files would. */
function restorable(): Iterable<number> & {
  at: number;
  stateDict(): { at: number };
  loadStateDict(state: Record<string, unknown>): Promise<void>;
} {
  return {
    at: 0,
    [Symbol.iterator]() {
      return {
        next: () =>
          this.at < 5 ? { done: false, value: this.at++ } : { done: true, value: undefined },
      };
    },
    stateDict() {
      return { at: this.at };
    },
    async loadStateDict(state) {
      await Promise.resolve();
      this.at = Number(state["at"]);
    },
  };
}

const random = keyedRandom(1);
const sources: [string, () => Data<unknown>][] = [
  ["an array", () => ["a", "b", "c", "d", "e"]],
  ["a Set", () => new Set(["a", "b", "c"])],
  ["a typed array", () => new Float32Array([1, 2, 3])],
  ["a generator", letters],
  ["an async generator", lettersLater],
  ["shuffled batches", () => shuffledBatches(23, { batchSize: 4, random })],
  [
    "whole shuffled batches",
    () => shuffledBatches(23, { batchSize: 4, random, dropRemainder: true }),
  ],
  ["sequential batches", () => sequentialBatches(23, { batchSize: 4 })],
];

describe.each(sources)("%s", (_, make) => {
  test("goes on with the remaining items, wherever the loop was interrupted", async () => {
    const all = await itemsFrom(make(), { epoch: 3, consumed: 0 });
    expect(all.length).toBeGreaterThan(2);
    for (let consumed = 0; consumed <= all.length; consumed++) {
      expect(await itemsFrom(make(), { epoch: 3, consumed })).toEqual(all.slice(consumed));
    }
  });

  test("refuses to go on behind its end, and says how many items there are", async () => {
    const { length } = await itemsFrom(make(), { epoch: 3, consumed: 0 });
    const consumed = length + 2;
    const error = await failureOf(() => toDataSource(make()).open({ epoch: 3, consumed }));
    expect(isRepriseError(error, "DATA_MISMATCH")).toBe(true);
    expect(error).toMatchObject({ details: { found: length, consumed } });
    expect(String(error)).toContain(`at least ${consumed}`);
    expect(String(error)).toContain(`found ${length}`);
  });

  test("stays at its end", async () => {
    const cursor = await toDataSource(make()).open({ epoch: 0, consumed: 0 });
    await rest(cursor);
    expect(await cursor.next()).toEqual({ done: true, value: undefined });
  });
});

describe("a synchronous source", () => {
  test.each(sources.filter(([name]) => name !== "an async generator"))(
    "%s never makes the loop wait for a promise",
    (_, make) => {
      const cursor = toDataSource(make()).open({ epoch: 0, consumed: 1 });
      expect(cursor).not.toHaveProperty("then");
      expect((cursor as DataCursor<unknown>).next()).toHaveProperty("value");
    },
  );
});

describe("an iterator that can be iterated once", () => {
  test.each<[string, () => Data<string>]>([
    ["a generator", letters],
    ["an async generator", lettersLater],
    ["the iterator of an array", () => ["a", "b"].values()],
    [
      "an iterable around one iterator",
      () => {
        const iterator = letters();
        return { [Symbol.iterator]: () => iterator };
      },
    ],
  ])("%s is refused when it is given again", async (_, make) => {
    const data = make();
    await itemsFrom(data, { epoch: 0, consumed: 0 });
    const error = await failureOf(() => toDataSource(data).open({ epoch: 1, consumed: 0 }));
    expect(isRepriseError(error, "DATA_USED_UP")).toBe(true);
    expect(String(error)).toContain("The data of epoch 1");
    expect(String(error)).toContain("a new one for each epoch");
  });

  test("what starts anew each time may be given every epoch", async () => {
    const data = { [Symbol.iterator]: letters };
    for (const epoch of [0, 1, 2]) {
      expect(await itemsFrom(data, { epoch, consumed: 3 })).toEqual(["d", "e"]);
    }
  });
});

describe("consuming", () => {
  test("no item is asked for before the loop wants it", async () => {
    let asked = 0;
    function* counted(): Generator<number> {
      for (;;) yield asked++;
    }
    const cursor = await toDataSource(counted()).open({ epoch: 0, consumed: 3 });
    expect(asked).toBe(3);
    expect(await cursor.next()).toEqual({ done: false, value: 3 });
    expect(asked).toBe(4);
  });

  test("leaving the loop early lets a generator clean up", async () => {
    const events: string[] = [];
    function* tidy(): Generator<string> {
      try {
        yield* letters();
      } finally {
        events.push("cleaned up");
      }
    }
    const cursor = await toDataSource(tidy()).open({ epoch: 0, consumed: 1 });
    expect(events).toEqual([]);
    expect(cursor.close?.()).toBeUndefined();
    expect(events).toEqual(["cleaned up"]);
  });

  test("leaving the loop early waits until an async generator has cleaned up", async () => {
    const events: string[] = [];
    async function* tidy(): AsyncGenerator<string> {
      try {
        yield* lettersLater();
      } finally {
        await Promise.resolve();
        events.push("cleaned up");
      }
    }
    const cursor = await toDataSource(tidy()).open({ epoch: 0, consumed: 1 });
    expect(events).toEqual([]);
    await cursor.close?.();
    expect(events).toEqual(["cleaned up"]);
  });

  test("what has nothing to clean up may be left early, too", async () => {
    const cursor = await toDataSource(restorable()).open({ epoch: 0, consumed: 0 });
    expect(cursor.close?.()).toBeUndefined();
  });

  test("an error of the data reaches the loop as it is", async () => {
    const failure = new Error("disk gone");
    function* failing(): Generator<number> {
      yield 1;
      throw failure;
    }
    const open = (): unknown => toDataSource(failing()).open({ epoch: 0, consumed: 2 });
    expect(await failureOf(open)).toBe(failure);
  });
});

describe("data that restores itself", () => {
  test("is loaded and not skipped through", async () => {
    for (let consumed = 0; consumed <= 5; consumed++) {
      const before = await toDataSource(restorable()).open({ epoch: 0, consumed: 0 });
      for (let item = 0; item < consumed; item++) await before.next();
      const state = before.stateDict?.() ?? {};
      expect(state).toEqual({ at: consumed });
      const remaining = await itemsFrom(restorable(), { epoch: 0, consumed, state });
      expect(remaining).toEqual([0, 1, 2, 3, 4].slice(consumed));
    }
  });

  test("may go on from epoch to epoch, since it says itself where it is", async () => {
    const data = restorable();
    const first = await toDataSource(data).open({ epoch: 0, consumed: 0 });
    expect(await first.next()).toEqual({ done: false, value: 0 });
    expect(await itemsFrom(data, { epoch: 1, consumed: 0 })).toEqual([1, 2, 3, 4]);
  });

  test("is refused in the middle when the checkpoint holds no state of it", async () => {
    const error = await failureOf(() => toDataSource(restorable()).open({ epoch: 0, consumed: 2 }));
    expect(isRepriseError(error, "DATA_MISMATCH")).toBe(true);
  });

  test("is told from data that is skipped through", () => {
    expect(toDataSource(restorable()).descriptor).not.toEqual(toDataSource(letters()).descriptor);
  });
});

describe("toDataSource", () => {
  test("gives a data source back as it is", () => {
    const source = sequentialBatches(4, { batchSize: 2 });
    expect(toDataSource(source)).toBe(source);
  });

  test("describes an array by its length", () => {
    expect(toDataSource([1, 2, 3]).descriptor).toEqual({ kind: "array", length: 3 });
  });

  test.each<[string, unknown, string]>([
    ["a number", 60_000, "found 60000"],
    ["undefined", undefined, "found undefined"],
    ["null", null, "found null"],
    ["a generator function", letters, "Call it first"],
    ["a promise", Promise.resolve([]), "Await it first"],
    ["a source without a descriptor", { open: () => [] }, "a descriptor"],
  ])("refuses %s with its cure", async (_, data, cure) => {
    const error = await failureOf(() => toDataSource(data as Data<unknown>));
    expect(isRepriseError(error, "INVALID_ARGUMENT")).toBe(true);
    expect(String(error)).toContain(cure);
  });
});
