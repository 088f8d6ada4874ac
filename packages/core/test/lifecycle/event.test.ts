import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { BackupAndRestore } from "../../src/lifecycle/backup-and-restore.ts";
import { Training } from "../../src/lifecycle/training.ts";
import { memory } from "../../src/store/memory-store.ts";

let printed: string[] = [];

beforeEach(() => {
  printed = [];
  jest.spyOn(console, "warn").mockImplementation((line) => printed.push(String(line)));
});

afterEach(() => {
  jest.restoreAllMocks();
});

test("without onEvent a run prints one line for a resume, and one for what is not as expected", async () => {
  const store = memory();
  const start = async (state: Record<string, unknown>): Promise<Training> => {
    const backup = new BackupAndRestore(store, { saveFreq: 1, sync: true, onMismatch: "warn" });
    const training = new Training({ state, callbacks: [backup] });
    await training.begin();
    await training.batchEnd();
    return training;
  };
  await (await start({ weights: new Float32Array(1) })).fail(new Error("killed"));
  expect(printed).toEqual([]);

  await start({ weights: new Float32Array(1), added: new Float32Array(1) });
  expect(printed).toEqual([
    expect.stringMatching(/^reprise: .*state\.added/),
    expect.stringMatching(/^reprise: resumed at epoch 0, 1 of its batches done \(step 1\)/),
  ]);
});
