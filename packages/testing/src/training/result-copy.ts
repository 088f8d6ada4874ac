/**
 * A copy of what a life resolved to, which later lives cannot change: a training that keeps its
 * weights outside of itself would otherwise be compared with itself. What has no copy is given back.
 */
export function copyOfResult<Result>(result: Result): Result {
  try {
    return structuredClone(result);
  } catch {
    return result;
  }
}
