import { keyedRandom } from "@reprise/core";
import { io } from "@tensorflow/tfjs-core";
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers";
import { type Outcome, outcomeOf } from "./outcome.ts";
import {
  batchSize,
  epochs,
  makeCallbacks,
  makeData,
  makeModel,
  type Scenario,
} from "./scenario.ts";

/** Trains with `model.fit`, undisturbed. */
export async function trainPlainly(scenario: Scenario): Promise<Outcome> {
  return inNewProcess(() => fitPlainly(scenario, makeModel(scenario), 0, epochs));
}

/**
 * Trains with `model.fit` for half of the epochs, saves with `model.save`, and goes on in another
 * process with what was loaded and with `initialEpoch`: all that TensorFlow.js offers.
 */
export async function trainPlainlyInTwoLives(scenario: Scenario): Promise<Outcome> {
  const saved = await inNewProcess(async () => {
    const model = makeModel(scenario);
    await fitPlainly(scenario, model, 0, epochs / 2);
    return saveToMemory(model);
  });
  return inNewProcess(async () => {
    const model = await loadLayersModel(io.fromMemory(saved));
    return fitPlainly(scenario, model, epochs / 2, epochs);
  });
}

async function saveToMemory(model: LayersModel): Promise<io.ModelArtifacts> {
  let saved: io.ModelArtifacts | undefined;
  const handler = io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
  });
  await model.save(handler, { includeOptimizer: true });
  return saved as io.ModelArtifacts;
}

async function fitPlainly(
  scenario: Scenario,
  model: LayersModel,
  initialEpoch: number,
  end: number,
): Promise<Outcome> {
  const [x, y] = makeData();
  const { history } = await model.fit(x, y, {
    initialEpoch,
    epochs: end,
    batchSize,
    shuffle: scenario.shuffle ?? false,
    callbacks: makeCallbacks(scenario, model),
  });
  return outcomeOf(model, history);
}

/**
 * Calls `body` with a `Math.random` that begins anew, as in a process that seeds it. That is more than
 * TensorFlow.js offers, with which no two runs that draw a random number are alike.
 */
async function inNewProcess<T>(body: () => Promise<T>): Promise<T> {
  const { random } = Math;
  Math.random = keyedRandom(42)("process").next;
  try {
    return await body();
  } finally {
    Math.random = random;
  }
}
