import { show } from "../errors.ts";

/** Named facts that a checkpoint was made with, such as those of a data source or a fingerprint. */
export interface Facts {
  readonly [name: string]: string | number | boolean | null | undefined;
}

/**
 * Every difference between the facts of a checkpoint and those of now, each as a sentence such as
 * `batchSize was 32 in the checkpoint and is 64 now`. Empty when they are the same.
 */
export function factDifferences(saved: Facts, current: Facts): string[] {
  const before = new Map(Object.entries(saved));
  const now = new Map(Object.entries(current));
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names]
    .filter((name) => !Object.is(before.get(name), now.get(name)))
    .map((name) => {
      const [was, is] = [before, now].map((values) => shown(values.get(name)));
      return `${name} was ${was} in the checkpoint and is ${is} now`;
    });
}

function shown(value: unknown): string {
  return value === undefined ? "not set" : show(value);
}
