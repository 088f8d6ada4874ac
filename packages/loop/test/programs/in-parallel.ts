/** Runs `act` on every item, a few at a time, and returns the results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  act: (item: T, index: number) => Promise<R>,
  atOnce = 3,
): Promise<R[]> {
  const results: R[] = [];
  const pending = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of pending) results[index] = await act(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
