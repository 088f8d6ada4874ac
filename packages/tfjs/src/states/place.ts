import { keep, type Tensor, type Variable } from "@tensorflow/tfjs-core";

/** Where a tensor of a program is, and how it is replaced. */
export class Place {
  readonly tensor: Tensor;
  /** Whether training may leave it as it is. */
  readonly frozen: boolean;
  /** Puts a tensor in the place of the one there, which is disposed of. It is the place's own. */
  readonly put: (value: Tensor) => void;

  private constructor(there: Tensor, frozen: boolean, put: (value: Tensor) => void) {
    this.tensor = there;
    this.frozen = frozen;
    this.put = put;
  }

  /** Assigned directly: the `write` of a layer's variable would apply constraints, which training never does. */
  static ofVariable(variable: Variable, frozen: boolean = !variable.trainable): Place {
    return new Place(variable, frozen, (value) => {
      variable.assign(value);
      value.dispose();
    });
  }

  /** A tensor that its owner replaces, under `key`. */
  static ofTensor<Key extends string | number>(owner: Record<Key, Tensor>, key: Key): Place {
    const there = owner[key];
    return new Place(there, true, (value) => {
      owner[key] = keep(value);
      there.dispose();
    });
  }
}
