/** Named numbers of a batch or an epoch, such as `{ loss: 0.31 }`. */
export type Logs = Record<string, number>;
