/**
 * The first step after `from`, up to `to`, at which something is due, if any. What is due stays due
 * until it is done, so few steps need to be asked: the fewest when it is near `guess`.
 */
export function firstDue(
  { from, to, guess }: { readonly from: number; readonly to: number; readonly guess: number },
  isDue: (step: number) => boolean,
): number | undefined {
  if (from >= to) return undefined;
  const first = Math.min(Math.max(guess, from + 1), to);
  const isEarly = !isDue(first);
  let idle = isEarly ? first : from;
  let due = isEarly ? to + 1 : first;
  // Away from the guess in growing strides until it lies between two of them, then by halves.
  let stride = 1;
  while (due - idle > 1) {
    const beyond = isEarly ? first + stride : first - stride;
    const asked = idle < beyond && beyond < due ? beyond : Math.floor((idle + due) / 2);
    if (isDue(asked)) due = asked;
    else idle = asked;
    stride *= 2;
  }
  return due > to ? undefined : due;
}
