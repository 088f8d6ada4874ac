/** A random generator with a state of its own, as many programs have one. Numbers from 0 to 1. */
export function ownRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
