import { RepriseError, show, type TrainingState } from "@reprise/core";
import type { Optimizer } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { captureOptimizer } from "./optimizer-capture.ts";
import { bornFields, planOptimizer } from "./optimizer-restore.ts";
import { requireNone } from "./differences.ts";
import { withPins } from "./pin.ts";
import { requireSeamsEarly } from "./self-test.ts";

/**
 * Everything an optimizer remembers, of tfjs's own or of any other class, as a training state: its slots, counters,
 * learning rate and other numbers. Slots are known by their order. Those that the optimizer has not made
 * yet are made at a restore, those that the checkpoint lacks are dropped. What a class of the program
 * keeps in private fields (`#`) or in variables of functions cannot be seen.
 *
 * `model` is what the optimizer trains, if it is a model of layers: then slots that are made at a restore
 * are named after its weights, as `model.save({ includeOptimizer: true })` writes them.
 * Throws `INVALID_ARGUMENT` when there is no optimizer, as in a model that is not compiled.
 */
export function optimizerState(optimizer: Optimizer, model?: LayersModel): TrainingState {
  requireOptimizer(optimizer);
  requireSeamsEarly();
  const born = bornFields(optimizer);
  return {
    stateDict: () => withPins((pin) => captureOptimizer(optimizer, pin)),
    loadStateDict: (saved) => {
      const plan = planOptimizer(optimizer, saved, { born, names: namesOfTrained(model) });
      requireNone(plan.differences);
      for (const step of plan.steps) step();
    },
  };
}

function requireOptimizer(optimizer: unknown): void {
  if (typeof (optimizer as Partial<Optimizer> | null | undefined)?.applyGradients === "function")
    return;
  const cure =
    optimizer === undefined || optimizer === null
      ? "A model has one after model.compile({ optimizer, loss })."
      : "Make one with tf.train.adam(), and give it to model.compile() or call its minimize().";
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `Expected optimizerState() to be given a tf.Optimizer, found ${show(optimizer)}. ${cure}`,
  );
}

/** The names of the variables that the optimizer of a model trains, in their order. */
function namesOfTrained(model: LayersModel | undefined): readonly string[] {
  if (!model) return [];
  // What was trainable when the model was compiled, which is what is trained; a Sequential wraps a model.
  const { collectedTrainableWeights = model.trainableWeights } = ((
    model as { readonly model?: LayersModel }
  ).model ?? model) as unknown as { readonly collectedTrainableWeights?: LayersModel["weights"] };
  return collectedTrainableWeights.map((weight) => weight.read()).map(nameOf);
}

function nameOf(variable: object): string {
  return (variable as { readonly name: string }).name;
}
