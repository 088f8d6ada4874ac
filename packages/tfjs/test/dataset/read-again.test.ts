import { expect, test } from "@jest/globals";
import { allTensorsOf } from "../../src/dataset/element.ts";
import { readAgain } from "../../src/dataset/read-again.ts";
import { Reader } from "../../src/dataset/reader.ts";
import { dense } from "../fit/models.ts";
import * as tf from "../tf.ts";
import { samples } from "./pipelines.ts";

test("timers and signals have their turn while much is read again", async () => {
  const { model } = dense();
  const makeReader = () =>
    new Reader({
      dataset: samples(200).batch(2),
      phase: "batches",
      batches: undefined,
      tensorsOf: (element) => allTensorsOf(element, model),
    });
  const first = makeReader();
  await first.open();
  for (let batch = 0; batch < 99; batch++) {
    const { value } = await first.next();
    tf.dispose(value as tf.TensorContainer);
  }

  const second = makeReader();
  second.reading.loadStateDict(first.reading.stateDict());
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const readers = { training: second, validation: undefined };
  expect(await readAgain(readers, { batches: 99, keep: false })).toEqual([]);
  isOver = true;
  expect(second.reading).toEqual(first.reading);
  expect(turns).toBeGreaterThanOrEqual(3);
});
