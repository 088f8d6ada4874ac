import { describe, expect, jest, test } from "@jest/globals";
import {
  type Data,
  keyedRandom,
  memory,
  type SaveFrequency,
  shuffledBatches,
  train,
} from "@reprise/loop";
import { crashIn, crashOf } from "./programs/crash.ts";
import {
  backupTo,
  differencesAfterCrashes,
  eventsOf,
  type Life,
  type Program,
  watchedBackup,
} from "./programs/lives.ts";
import { trainToy } from "./programs/toy.ts";

jest.setTimeout(60_000);

/** A training whose state is all that it was given, in its order, and `more`. */
function consuming(dataOf: (epoch: number) => Data<number>, more: object = {}): Program {
  return async ({ backup, visit }: Life) => {
    const consumed: number[] = [];
    const callbacks = backup ? [backup] : [];
    const run = await train({ state: { consumed, ...more }, epochs: 3, callbacks });
    for await (const epoch of run.epochs()) {
      for await (const batch of epoch.batches(dataOf(epoch.index))) {
        await visit(`before ${epoch.index}/${batch.index}`);
        consumed.push(batch.value);
        await visit(`after ${epoch.index}/${batch.index}`);
      }
      await visit(`behind ${epoch.index}`);
    }
    return { consumed, position: run.position };
  };
}

function* countFrom(start: number, count: number): Generator<number> {
  for (let index = 0; index < count; index++) yield start + index;
}

async function* countSlowlyFrom(start: number, count: number): AsyncGenerator<number> {
  for (const value of countFrom(start, count)) {
    await new Promise((resolve) => setImmediate(resolve));
    yield value;
  }
}

/** Gives `perEpoch` items each time it is gone through, and brings its own position along. */
function stream(start: number, perEpoch: number) {
  let position = start;
  let given = 0;
  return {
    *[Symbol.iterator]() {
      while (given++ < perEpoch) yield position++;
      given = 0;
    },
    stateDict: () => ({ position, given }),
    loadStateDict(dict: { readonly position: number; readonly given: number }) {
      ({ position, given } = dict);
    },
  };
}

describe("the data of a resumed run is what it would have been", () => {
  const kinds: Record<string, () => (epoch: number) => Data<number>> = {
    "an array": () => () => [3, 1, 4, 1, 5],
    "a generator of unknown length": () => (epoch) => countFrom(100 * epoch, 5 - epoch),
    "an asynchronous generator": () => (epoch) => countSlowlyFrom(100 * epoch, 4),
    "a Set": () => () => new Set([7, 8, 9]) as Iterable<number>,
    "no data at all": () => () => [],
    "a source of its own": () => () => ({
      descriptor: { kind: "squares" },
      open({ epoch, consumed }) {
        let index = consumed;
        return {
          next() {
            if (index === 4) return { done: true, value: undefined };
            return { done: false, value: epoch * 1000 + (index++) ** 2 };
          },
        };
      },
    }),
  };
  for (const [kind, makeDataOf] of Object.entries(kinds)) {
    test(`from ${kind}`, async () => {
      for (const saveFreq of [1, 4, "epoch"] as const) {
        const program = consuming(makeDataOf());
        expect(await differencesAfterCrashes(program, { saveFreq })).toEqual([]);
      }
    });
  }

  test("from a stream of each epoch that restores itself", async () => {
    const program = consuming((epoch) => stream(100 * epoch, 4));
    for (const saveFreq of [1, 3, "epoch"] as const) {
      expect(await differencesAfterCrashes(program, { saveFreq })).toEqual([]);
    }
  });

  test("from one stream for all epochs that is part of the state", async () => {
    const program: Program = (life) => {
      const endless = stream(0, 4);
      return consuming(() => endless, { endless })(life);
    };
    for (const saveFreq of [1, 3, "epoch"] as const) {
      expect(await differencesAfterCrashes(program, { saveFreq })).toEqual([]);
    }
    expect(await program({ visit: () => {} })).toMatchObject({
      consumed: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    });
  });

  test("never from a stream for all epochs that is missing in the state: it is refused", async () => {
    const program: Program = (life) => {
      const endless = stream(0, 4);
      return consuming(() => endless)(life);
    };
    await expect(program({ visit: () => {} })).rejects.toMatchObject({
      code: "DATA_USED_UP",
      message: expect.stringContaining("name it in the state"),
    });
  });

  test("in two phases of one epoch, as a GAN has them, of which one is left early", async () => {
    const program: Program = async ({ backup, visit }) => {
      const lines: string[] = [];
      const callbacks = backup ? [backup] : [];
      const run = await train({ state: { lines }, epochs: 3, callbacks });
      const random = keyedRandom(1);
      for await (const epoch of run.epochs()) {
        const real = shuffledBatches(10, { batchSize: 3, random });
        for await (const batch of epoch.batches(real, { name: "discriminator" })) {
          await visit(`discriminator ${epoch.index}/${batch.index}`);
          lines.push(`d ${batch.value.join(" ")}`);
          if (batch.index === 2) break;
        }
        const noise = shuffledBatches(6, { batchSize: 2, random, label: "noise" });
        const generator = epoch.batches(noise, { name: "generator" });
        if (generator.fresh) lines.push("now the generator");
        for await (const batch of generator) {
          await visit(`generator ${epoch.index}/${batch.index}`);
          lines.push(`g ${batch.value.join(" ")}`);
        }
        await visit(`behind ${epoch.index}`);
      }
      return { lines, position: run.position };
    };
    for (const saveFreq of [1, 2, 3, 7, "epoch"] as const) {
      expect(await differencesAfterCrashes(program, { saveFreq })).toEqual([]);
    }
  });

  test("in a validation that is resumed in its middle, means and all", async () => {
    const everyMoment = { name: "every moment", epochsOnly: false, isDue: () => true };
    expect(await differencesAfterCrashes(trainToy, { saveFreq: everyMoment })).toEqual([]);
  });
});

describe("data that is not what the checkpoint was made with", () => {
  async function crashedStore(saveFreq: SaveFrequency, place: string) {
    const store = memory();
    const crash = trainToy({ backup: backupTo(store, { saveFreq }), visit: crashIn(place) });
    expect(await crashOf(crash)).toBe(place);
    return store;
  }

  test("is refused in the middle of an epoch, and the checkpoint stays", async () => {
    const store = await crashedStore(1, "before update 1/2");
    await expect(trainToy({ backup: backupTo(store), batchSize: 4 })).rejects.toMatchObject({
      code: "DATA_MISMATCH",
      message: expect.stringContaining("batchSize was 6 in the checkpoint and is 4 now"),
    });
    const result = await trainToy({ backup: backupTo(store) });
    expect(result.state).toEqual((await trainToy()).state);
  });

  test("is reported at the beginning of an epoch, and used", async () => {
    const store = await crashedStore("epoch", "onEpochBegin 1");
    const { backup, events } = watchedBackup(store);
    const result = await trainToy({ backup, batchSize: 4 });
    expect(eventsOf(events, "dataChanged")).toMatchObject([
      {
        phase: "batches",
        differences: ["batchSize was 6 in the checkpoint and is 4 now"],
      },
    ]);
    expect(result.lines.filter((line) => line.startsWith("onBatchEnd"))).toHaveLength(4 + 6 + 6);
  });

  test("is refused when it ends before the place of the interruption", async () => {
    const store = memory();
    const live = (count: number, place: string) => {
      const backup = backupTo(store, { saveFreq: 1 });
      return consuming(() => countFrom(0, count))({ backup, visit: crashIn(place) });
    };
    expect(await crashOf(live(5, "before 1/4"))).toBe("before 1/4");
    await expect(live(3, "nowhere")).rejects.toMatchObject({ code: "DATA_MISMATCH" });
  });

  test("is refused when one generator is given to two epochs", async () => {
    const generator = countFrom(0, 3);
    const life = consuming(() => generator)({ visit: () => {} });
    await expect(life).rejects.toMatchObject({ code: "DATA_USED_UP" });
  });
});

test("data that fails interrupts the run, which resumes when it is well again", async () => {
  function* failing(isFailing: boolean): Generator<number> {
    yield* [1, 2, 3];
    if (isFailing) throw new RangeError("the network is down");
    yield* [4, 5];
  }
  const store = memory();
  const live = (isFailing: boolean) => {
    const program = consuming((epoch) => failing(isFailing && epoch === 1));
    return program({ backup: backupTo(store, { saveFreq: 2 }), visit: () => {} });
  };
  await expect(live(true)).rejects.toThrow("the network is down");
  expect(await live(false)).toMatchObject({
    consumed: [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5],
  });
});

describe("loops that could not be resumed are refused", () => {
  test("a validation inside a batch", async () => {
    const run = await train({ state: {}, epochs: 1, callbacks: [backupTo(memory())] });
    const life = async () => {
      for await (const epoch of run.epochs()) {
        for await (const _ of epoch.batches([1, 2])) {
          for await (const inner of epoch.validation([3])) expect(inner).toBeUndefined();
        }
      }
    };
    await expect(life()).rejects.toMatchObject({
      code: "OUT_OF_ORDER",
      message: expect.stringMatching(/"validation" begins inside a batch of "batches"/),
    });
    expect(run.ended?.kind).toBe("interrupted");
  });

  test("two of one name, or of a name that is taken", async () => {
    for (const names of [["twice", "twice"], ["begin"], ["end"], ["steps"]]) {
      const run = await train({ state: {}, epochs: 1 });
      const life = async () => {
        for await (const epoch of run.epochs()) {
          for (const name of names) for await (const _ of epoch.batches([1], { name }));
        }
      };
      await expect(life()).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });

  test("a run that is gone through twice", async () => {
    const run = await train({ state: {}, epochs: 1 });
    for await (const _ of run.epochs());
    expect(() => run.epochs()).toThrow(expect.objectContaining({ code: "OUT_OF_ORDER" }));
    expect(() => run.steps(3)).toThrow(expect.objectContaining({ code: "OUT_OF_ORDER" }));
  });
});
