import { describe, test } from "@jest/globals";
import { memory, type StateDict, type Tensor } from "@reprise/core";
import { slow, trainingStateContract } from "@reprise/testing";
import { Momentum } from "../fixtures/momentum.ts";
import { prefixed, recovering } from "../fixtures/store-decorators.ts";

function momentum() {
  const subject = new Momentum();
  return { state: { subject }, train: (step: number) => subject.train(step) };
}

describe("a class with stateDict and loadStateDict", () => {
  trainingStateContract({ it: test, make: momentum });
});

describe("one that keeps the arrays that it is given, which are its own", () => {
  class Keeping extends Momentum {
    override load(dict: StateDict): void {
      super.load(dict);
      this.losses = dict["losses"] as number[];
      this.velocity = dict["velocity"] as Float32Array | undefined;
    }
  }
  trainingStateContract({
    it: test,
    make() {
      const subject = new Keeping();
      return { state: { subject }, train: (step) => subject.train(step) };
    },
  });
});

describe("the same as the whole state", () => {
  trainingStateContract({
    it: test,
    make() {
      const state = new Momentum();
      return { state, train: (step) => state.train(step) };
    },
  });
});

describe("the same in a slow store", () => {
  trainingStateContract({ it: test, make: momentum, store: () => slow(memory()) });
});

describe("the same in a store that calls a faulty one again", () => {
  trainingStateContract({ it: test, make: momentum, store: () => recovering(memory()) });
});

describe("the same in a part of a store", () => {
  trainingStateContract({ it: test, make: momentum, store: () => prefixed(memory(), "mine-") });
});

describe("plain data of every kind, restored in place", () => {
  trainingStateContract({
    it: test,
    make() {
      const weights = new Float32Array(6);
      const kernel: Tensor = { dtype: "BF16", shape: [2, 3], data: new Uint16Array(6) };
      const wide = BigUint64Array.of(3n, 5n);
      const adam: { step: number; m?: Float64Array; rates: number[] } = { step: 0, rates: [] };
      const seen = new Map<string, number>();
      const layers = [{ bias: Float64Array.of(0.5) }, { bias: new Float64Array(2) }];
      return {
        state: { weights, kernel, wide, adam, seen, layers },
        train(step) {
          adam.step += 1;
          adam.m ??= new Float64Array(6);
          adam.rates.push(1 / adam.step);
          for (const [index, weight] of weights.entries()) {
            adam.m[index] = 0.9 * (adam.m[index] ?? 0) + Math.cos(step * index) - weight;
            weights[index] = weight + 0.1 * (adam.m[index] ?? 0);
            kernel.data[index] = (Number(kernel.data[index]) * 31 + step + index) & 0x7fff;
          }
          wide[0] = (wide[0] ?? 0n) * 6_364_136_223_846_793_005n + BigInt(step);
          for (const { bias } of layers) bias[0] = (bias[0] ?? 0) / 2 + (weights[1] ?? 0);
          seen.set(`step ${step}`, weights[0] ?? 0);
          return weights[2];
        },
      };
    },
  });
});

describe("one typed array", () => {
  trainingStateContract({
    it: test,
    make() {
      const state = new Float32Array(3);
      return {
        state,
        train(step) {
          state[step % 3] = Math.sin(step) + (state[(step + 1) % 3] ?? 0) / 2;
        },
      };
    },
  });
});

describe("state that is reassigned, behind get and set", () => {
  trainingStateContract({
    it: test,
    make() {
      let parameters = { scale: new Float64Array(3), count: 0 };
      const pair = {
        get: () => parameters,
        set(value: typeof parameters) {
          parameters = value;
        },
      };
      return {
        state: { pair },
        train(step) {
          const scale = parameters.scale.map((it, index) => it / 2 + Math.sin(step + index));
          parameters = { scale, count: parameters.count + 1 };
          return scale[1];
        },
      };
    },
  });
});

/** Keeps a best value and a copy of what belongs to it, as early stopping does. */
class Best {
  value = Infinity;
  wait = 0;
  weights: Float32Array | undefined;

  look(value: number, weights: Float32Array): void {
    this.wait += 1;
    if (value >= this.value) return;
    this.value = value;
    this.wait = 0;
    this.weights = weights.slice();
  }

  stateDict(): StateDict {
    const { value, wait, weights } = this;
    return { value, wait, weights };
  }

  async loadStateDict(dict: StateDict): Promise<void> {
    const { value, wait, weights } = dict;
    if (typeof value !== "number" || typeof wait !== "number") throw new TypeError("no best value");
    await Promise.resolve();
    this.value = value;
    this.wait = wait;
    this.weights = (weights as Float32Array | undefined)?.slice();
  }
}

describe("scalars and an optional copy, loaded asynchronously, beside what they are about", () => {
  trainingStateContract({
    it: test,
    make() {
      const [best, weights] = [new Best(), new Float32Array(3)];
      return {
        state: { best, weights },
        train(step) {
          weights[step % 3] = Math.sin(step) + (weights[(step + 1) % 3] ?? 0) / 2;
          best.look(Math.cos(step), weights);
          return best.wait;
        },
      };
    },
  });
});
