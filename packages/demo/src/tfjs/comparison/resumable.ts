import { BackupAndRestore, fit } from "@reprise/tfjs";
import { memory } from "@reprise/core";
import { interruptAt, replay, type TrainingIo } from "@reprise/testing";
import { type Outcome, outcomeOf } from "./outcome.ts";
import {
  batchSize,
  epochs,
  makeCallbacks,
  makeData,
  makeModel,
  type Scenario,
} from "./scenario.ts";

/** Trains with `fit` of Reprise, undisturbed. */
export function trainResumably(scenario: Scenario): Promise<Outcome> {
  return trainingOf(scenario)({ store: memory() });
}

/** Trains with `fit` of Reprise, killed twice in the middle of an epoch and started again each time. */
export function trainResumablyInThreeLives(scenario: Scenario): Promise<Outcome> {
  return replay(trainingOf(scenario), interruptAt(21, 30));
}

function trainingOf(scenario: Scenario) {
  return async ({ store }: Pick<TrainingIo, "store">): Promise<Outcome> => {
    const model = makeModel(scenario);
    const [x, y] = makeData();
    const { history } = await fit(model, x, y, {
      epochs,
      batchSize,
      seed: 42,
      shuffle: scenario.shuffle ?? false,
      callbacks: [new BackupAndRestore(store, { saveFreq: 5 }), ...makeCallbacks(scenario, model)],
    });
    return outcomeOf(model, history);
  };
}
