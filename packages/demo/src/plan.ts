/** Epochs at most; early stopping may complete the training before. */
export const epochs = 10;

/** Odd on purpose: saves fall into the middle of epochs. */
export const saveEverySteps = 90;
