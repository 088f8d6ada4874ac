import {
  BackupAndRestore,
  History,
  keyedRandom,
  type KeyedRandom,
  shuffledBatches,
  train,
  type TrainingState,
} from "@reprise/loop";
import type { TrainingIo } from "../../../src/index.ts";

/** An optimizer whose slots appear with the first step. */
class Momentum implements TrainingState {
  readonly #rate: number;
  #slot: Float64Array | undefined;

  constructor(rate: number) {
    this.#rate = rate;
  }

  step(weights: Float64Array, gradient: (at: number) => number): void {
    const slot = (this.#slot ??= new Float64Array(weights.length));
    for (const at of weights.keys()) {
      slot[at] = 0.9 * (slot[at] ?? 0) + gradient(at);
      weights[at] = (weights[at] ?? 0) - this.#rate * (slot[at] ?? 0);
    }
  }

  stateDict() {
    return this.#slot ? { slot: this.#slot } : {};
  }

  loadStateDict(dict: { readonly slot?: Float64Array }): void {
    this.#slot = dict.slot?.slice();
  }
}

/** Two models that train against each other, in two loops of one epoch. */
export async function twoOptimizers({ store }: TrainingIo) {
  const random: KeyedRandom = keyedRandom(7);
  const generator = new Float64Array(4).fill(1);
  let critic = new Float64Array(4);
  const optimizers = { generator: new Momentum(0.05), critic: new Momentum(0.1) };
  const history = new History();
  const run = await train({
    epochs: 3,
    state: {
      generator,
      critic: { get: () => critic, set: (saved: Float64Array) => (critic = saved.slice()) },
      optimizers,
    },
    callbacks: [new BackupAndRestore(store, { saveFreq: 3 }), history],
  });
  for await (const epoch of run.epochs()) {
    const order = shuffledBatches(8, { batchSize: 2, random });
    for await (const batch of epoch.batches(order, { name: "critic" })) {
      critic = critic.slice();
      const noise = random("noise", epoch.index, batch.index);
      optimizers.critic.step(
        critic,
        (at) => (critic[at] ?? 0) - (generator[at] ?? 0) * noise.next(),
      );
    }
    for await (const batch of epoch.batches([1, 2, 3], { name: "generator" })) {
      optimizers.generator.step(generator, (at) => ((critic[at] ?? 0) - 0.5) * batch.value);
      batch.logs["pull"] = generator[0] ?? 0;
    }
  }
  return {
    generator,
    critic,
    history: history.stateDict(),
    optimizers: optimizers.critic.stateDict(),
  };
}
