import { describe, expect, test } from "@jest/globals";
import { History } from "../../src/lifecycle/history.ts";
import { makeToy, trainEpochs } from "./toy.ts";

describe("History", () => {
  test("records what every epoch logged", async () => {
    const history = new History();
    const toy = makeToy({ callbacks: [history] });
    await toy.training.begin();
    await toy.training.epochEnd({ loss: 3, accuracy: 0.5 });
    await toy.training.epochEnd({ loss: 2, accuracy: 0.6 });
    expect(history.epoch).toEqual([0, 1]);
    expect(history.history).toEqual({ loss: [3, 2], accuracy: [0.5, 0.6] });
  });

  test("holds all epochs after a resume, and those that were lost only once", async () => {
    const first = makeToy({ callbacks: [new History()] });
    await first.training.begin();
    await trainEpochs(first, 70);
    await first.batch(9);
    await first.training.fail(new Error("killed"));
    const history = new History();
    const second = makeToy({ store: first.store, callbacks: [history] });
    await second.training.begin();
    await trainEpochs(second, 72);
    expect(history.epoch).toEqual(Array.from({ length: 72 }, (_, epoch) => epoch));
    expect(history.history["loss"]).toEqual(Array.from({ length: 72 }, () => 1));
  });

  test("begins anew with a training that begins anew", async () => {
    const history = new History();
    for (let round = 0; round < 2; round++) {
      const toy = makeToy({ callbacks: [history] });
      await toy.training.begin();
      await toy.training.epochEnd({ loss: round });
      await toy.training.end();
    }
    expect(history.history).toEqual({ loss: [1] });
  });

  test("what was logged in some epochs only has a number for each of those", async () => {
    const history = new History();
    const toy = makeToy({ callbacks: [history] });
    await toy.training.begin();
    for (const logs of [{ loss: 1 }, { loss: 2, val_loss: 3 }, { loss: NaN }] as Record<
      string,
      number
    >[])
      await toy.training.epochEnd(logs);
    expect(history.history).toEqual({ loss: [1, 2, NaN], val_loss: [3] });
  });

  test("two of them need two keys", () => {
    expect(new History({ key: "second" }).key).toBe("second");
    expect(new History().key).toBe("history");
  });
});
