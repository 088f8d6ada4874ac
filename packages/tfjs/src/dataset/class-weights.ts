import { RepriseError, show } from "@reprise/core";
import { argMax, reshape, tensor1d, type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { ModelFitArgs } from "@tensorflow/tfjs-layers";
import { read } from "../states/backend-in-use.ts";

/** Weights by class, for each output. */
export type ClassWeights = NonNullable<ModelFitArgs["classWeight"]>;

type WeightOfClass = Readonly<Record<number, number>>;

/**
 * What each sample of a batch weighs in the loss of each output, because of its class; `null` for an
 * output without weights. The tensors are the caller's to dispose.
 */
export async function sampleWeightsOf(
  ys: readonly Tensor[],
  weights: readonly (WeightOfClass | null)[],
): Promise<(Tensor | null)[]> {
  const all: (Tensor | null)[] = [];
  for (const [index, ofClass] of weights.entries()) {
    const y = ys[index];
    all.push(ofClass && y ? await weigh(y, ofClass) : null);
  }
  return all;
}

/** The weights of each output, in the order of the outputs. Throws `INVALID_ARGUMENT` where they cannot be told. */
export function weightsByOutput(
  classWeight: ClassWeights | null | undefined,
  outputNames: readonly string[],
): readonly (WeightOfClass | null)[] {
  const given = classWeight as
    | WeightOfClass
    | readonly WeightOfClass[]
    | Record<string, WeightOfClass>;
  if (given === undefined || given === null || (Array.isArray(given) && given.length === 0))
    return [];
  if (Array.isArray(given) && given.length === outputNames.length) return given as WeightOfClass[];
  const byName = given as Readonly<Record<string, WeightOfClass>>;
  const [name = ""] = outputNames;
  if (outputNames.length === 1)
    return [name in given ? (byName[name] ?? null) : (given as WeightOfClass)];
  if (!Array.isArray(given) && Object.values(byName).some((it) => typeof it === "object")) {
    return outputNames.map((output) => byName[output] ?? null);
  }
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `Expected classWeight to have weights for each of the outputs ${outputNames.join(", ")}, in an array or a ` +
      `record by their names, found ${show(classWeight)}.`,
  );
}

async function weigh(y: Tensor, weights: WeightOfClass): Promise<Tensor> {
  const classes = classesOf(y);
  const values = await read(classes, "The classes");
  classes.dispose();
  return tensor1d(
    Array.from(values, (value) => {
      const weight = weights[value];
      if (typeof weight === "number") return weight;
      throw new RepriseError(
        "INVALID_ARGUMENT",
        `Expected classWeight to have a weight for every class in the data, found none for class ${value}.`,
        { details: { class: value } },
      );
    }),
    "float32",
  );
}

/** The class of each sample, from its number or from its one-hot encoding. */
function classesOf(y: Tensor): Tensor {
  const [samples = 0, width = 1] = y.shape;
  if (y.rank > 2 || width < 1) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected ys with class weights to be of the shape [samples], [samples, 1] or [samples, classes], found ` +
        `[${y.shape.join()}].`,
    );
  }
  return tidy(() => (width > 1 ? argMax(y, 1) : reshape(y, [samples])));
}
