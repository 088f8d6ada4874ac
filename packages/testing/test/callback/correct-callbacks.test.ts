import { describe, test } from "@jest/globals";
import { type Callback, EarlyStopping, History, memory, TerminateOnNaN } from "@reprise/core";
import { callbackContract, slow } from "@reprise/testing";
import { Patience } from "../fixtures/patience.ts";
import { prefixed, recovering } from "../fixtures/store-decorators.ts";

const losses = [0.9, 0.8, 0.7, 0.6, 0.8, 0.7, 0.5, 0.4, 0.6, 0.6, 0.7, 0.7, 0.1, 0.1];
const logs = (step: number) => ({ loss: losses[step] ?? NaN });

function patience() {
  const optimizer = { learningRate: 1 };
  return { callback: new Patience(optimizer), state: { optimizer } };
}

describe("a callback that changes the learning rate and completes training", () => {
  callbackContract({ it: test, logs, epochs: 7, make: patience });
});

describe("the same in a slow store", () => {
  callbackContract({ it: test, logs, epochs: 7, make: patience, store: () => slow(memory()) });
});

describe("the same in a store that calls a faulty one again", () => {
  const store = () => recovering(memory());
  callbackContract({ it: test, logs, epochs: 7, make: patience, store });
});

describe("the same in a part of a store", () => {
  const store = () => prefixed(memory(), "mine-");
  callbackContract({ it: test, logs, epochs: 7, make: patience, store });
});

describe("EarlyStopping that brings back the best weights", () => {
  callbackContract({
    it: test,
    logs,
    epochs: 7,
    make() {
      const weights = new Float32Array(3);
      const options = { monitor: "loss", patience: 2, restoreBestWeights: ["weights"] };
      return {
        callback: new EarlyStopping(options),
        state: { weights },
        train(step) {
          weights[step % 3] = Math.sin(step);
        },
      };
    },
  });
});

describe("History", () => {
  callbackContract({ it: test, logs, make: () => ({ callback: new History() }) });
});

describe("TerminateOnNaN that never has to", () => {
  callbackContract({ it: test, logs, make: () => ({ callback: new TerminateOnNaN() }) });
});

describe("TerminateOnNaN that fails the run in the middle of an epoch", () => {
  callbackContract({
    it: test,
    logs: (step) => ({ loss: step === 7 ? NaN : 1 }),
    batches: 3,
    make: () => ({ callback: new TerminateOnNaN() }),
  });
});

describe("a callback that completes training in the middle of an epoch", () => {
  callbackContract({
    it: test,
    logs,
    batches: 3,
    make() {
      const total: Callback & { sum: number; epochs: number } = {
        key: "total",
        sum: 0,
        epochs: 0,
        onBatchEnd(_batch, { loss = NaN }, training) {
          this.sum += loss;
          if (this.sum > 3) training.complete("enough");
        },
        onEpochEnd() {
          this.epochs += 1;
        },
        stateDict() {
          return { sum: this.sum, epochs: this.epochs };
        },
        loadStateDict(dict) {
          Object.assign(this, dict);
        },
      };
      return { callback: total };
    },
  });
});

describe("a callback that stops the program", () => {
  callbackContract({
    it: test,
    logs,
    make: () => ({
      callback: {
        onEpochEnd(epoch, _logs, training) {
          if (epoch === 3) training.stop("for today");
        },
      },
    }),
  });
});
