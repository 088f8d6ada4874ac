import { describe, expect, jest, test } from "@jest/globals";
import { anyOf, BackupAndRestore, everySeconds, everySteps, memory, train } from "@reprise/loop";
import { backupTo } from "./programs/lives.ts";

jest.setTimeout(60_000);

const refused = (message: RegExp) =>
  expect.objectContaining({
    code: "INVALID_ARGUMENT",
    exitCode: 78,
    message: expect.stringMatching(message),
  });

describe("saveFreq", () => {
  const numbers = [0, -1, 1.5, Number.NaN, Infinity];
  for (const saveFreq of [...numbers, true, "batch", "0.15", "Auto", "", null, {}, [5]]) {
    test(`${typeof saveFreq === "number" ? saveFreq : JSON.stringify(saveFreq)} is refused`, () => {
      expect(() => new BackupAndRestore(memory(), { saveFreq: saveFreq as never })).toThrow(
        refused(/^Expected saveFreq to be "epoch", "auto" \(with a ledger\), a positive/),
      );
    });
  }

  test("is helped along where Keras's values differ", () => {
    const hintFor = (saveFreq: unknown) => () =>
      new BackupAndRestore(memory(), { saveFreq: saveFreq as never });
    expect(hintFor("batch")).toThrow(refused(/1 for every batch/));
    expect(hintFor(0)).toThrow(refused(/false \(only at a stop or a preemption/));
  });

  test("of policies that make no sense is refused", () => {
    for (const make of [() => everySteps(0), () => everySeconds(Number.NaN), () => anyOf()]) {
      expect(make).toThrow(refused(/Expected/));
    }
  });
});

describe("the store", () => {
  test("given as a path, as in Keras, is an error that shows the cure", () => {
    expect(() => new BackupAndRestore("./backup" as never)).toThrow(
      refused(/new BackupAndRestore\(directory\("\.\/backup"\)\)/),
    );
  });

  test("that is none is refused", () => {
    for (const store of [undefined, null, "", 7, {}, { list: 1 }]) {
      expect(() => new BackupAndRestore(store as never)).toThrow(refused(/Expected the store/));
    }
  });

  test("is there once: two backups in one run are refused", async () => {
    const callbacks = [backupTo(memory()), backupTo(memory())];
    await expect(train({ state: {}, epochs: 1, callbacks })).rejects.toEqual(
      refused(/one BackupAndRestore, found 2/),
    );
  });
});

describe("options of the backup", () => {
  test("that do not exist are named", () => {
    const misspelled = { saveFrequency: 3 } as never;
    expect(() => new BackupAndRestore(memory(), misspelled)).toThrow(
      refused(/an option of BackupAndRestore to be saveFreq, .*found "saveFrequency"/),
    );
  });

  test("of a wrong type are named", () => {
    for (const options of [{ deleteCheckpoint: "no" }, { onSaveError: "ignore" }, { sync: 1 }]) {
      const [name] = Object.keys(options);
      expect(() => new BackupAndRestore(memory(), options as never)).toThrow(
        refused(new RegExp(`Expected ${name}`)),
      );
    }
  });
});

describe("the state", () => {
  const backup = () => [backupTo(memory())];

  test("that is no plain object of named entries is refused", async () => {
    for (const state of [7, null, undefined, "weights", () => {}]) {
      const life = train({ state, epochs: 1, callbacks: backup() });
      await expect(life).rejects.toMatchObject({
        code: expect.stringMatching(/^(UNSUPPORTED_STATE|INVALID_ARGUMENT)$/),
      });
    }
  });

  test("with a bare number in it is refused with the cure", async () => {
    const life = train({ state: { learningRate: 0.1 }, epochs: 1, callbacks: backup() });
    await expect(life).rejects.toMatchObject({
      code: "UNSUPPORTED_STATE",
      message: expect.stringContaining("{ get, set }"),
    });
  });

  test("with an instance of a class that cannot be restored is refused by its path", async () => {
    class Optimizer {
      readonly rate = 0.1;
    }
    const life = train({
      state: { model: { optimizer: new Optimizer() } },
      epochs: 1,
      callbacks: backup(),
    });
    await expect(life).rejects.toMatchObject({
      code: "UNSUPPORTED_STATE",
      message: expect.stringContaining("state.model.optimizer"),
    });
  });

  test("is missing from the options", async () => {
    await expect(train({ epochs: 1 } as never)).rejects.toEqual(refused(/state/));
  });
});

test("epochs must be a count", async () => {
  for (const epochs of [-1, 1.5, Number.NaN, "3", null]) {
    await expect(train({ state: {}, epochs: epochs as never })).rejects.toEqual(
      refused(/Expected epochs/),
    );
  }
  const run = await train({ state: {} });
  expect(() => run.epochs()).toThrow(refused(/train\(\{ epochs \}\)/));
});

test("steps must be a count, and a wrong one does not use up the run", async () => {
  const run = await train({ state: {} });
  for (const count of [-1, 1.5, Number.NaN, "3", null]) {
    expect(() => run.steps(count as never)).toThrow(refused(/Expected run\.steps\(\)/));
  }
  for await (const _ of run.steps(2));
  expect(run.position.step).toBe(2);
});
