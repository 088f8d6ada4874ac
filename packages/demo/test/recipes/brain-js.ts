import brain from "brain.js";
import {
  BackupAndRestore,
  type CheckpointStore,
  keyedRandom,
  train,
  type TrainingState,
  withMathRandom,
} from "@reprise/loop";

type Layers = (Float32Array | Float32Array[])[];

/** A network with the fields that its types leave out. */
type Network = brain.NeuralNetwork & {
  [name in "weights" | "biases" | "changes"]: Layers;
} & {
  [name in "changesLow" | "changesHigh" | "biasChangesLow" | "biasChangesHigh"]?: Layers;
} & {
  /** Steps of Adam, which counts them for its bias correction. */
  iterations?: number;
  prepTraining(data: object, options: object): void;
};

const adam = ["changesLow", "changesHigh", "biasChangesLow", "biasChangesHigh"] as const;

/** The state of a network of which `prepTraining` has made the layers. */
function networkState(network: Network): TrainingState {
  const slots = network.changesLow ? adam : (["changes"] as const);
  const names = ["weights", "biases", ...slots] as const;
  return {
    stateDict() {
      // The first layer has neither weights nor biases: its place in each array is a hole.
      const layers = names.map((name) => [name, network[name]?.slice(1)]);
      return { ...Object.fromEntries(layers), iterations: network.iterations };
    },
    loadStateDict({ iterations, ...layers }) {
      for (const name of names) network[name]?.splice(1, Infinity, ...(layers[name] as Layers));
      if (iterations !== undefined) network.iterations = iterations as number;
    },
  };
}

const xor = [
  { input: [0, 0], output: [0] },
  { input: [0, 1], output: [1] },
  { input: [1, 0], output: [1] },
  { input: [1, 1], output: [0] },
];

/** Learns XOR in 500 iterations, with a save after every 125. */
export async function trainWithBrain(
  { store }: { readonly store: CheckpointStore },
  praxis: "adam" | null = "adam",
) {
  // An error that it never gets below: each call of `train` does all of its iterations.
  const options = { praxis, iterations: 25, errorThresh: 1e-9 };
  const network = new brain.NeuralNetwork({ hiddenLayers: [3] }) as Network;
  withMathRandom(keyedRandom(42)("weights"), () => network.prepTraining(xor, options));

  const run = await train({
    state: { network: networkState(network) },
    callbacks: [new BackupAndRestore(store, { saveFreq: 5 })],
  });
  for await (const step of run.steps(20)) step.logs["error"] = network.train(xor, options).error;
  return { network: network.toJSON(), state: networkState(network).stateDict() };
}
