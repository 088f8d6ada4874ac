import type { Visit } from "./toy.ts";

/** The interruption that a test brings about; nothing else is forgiven. */
class Crash extends Error {
  override readonly name = "Crash";
}

/** Throws a {@link Crash} at the `nth` place, counted from 1, that a life comes to. */
export function crashAt(nth: number): Visit {
  let visits = 0;
  return (place) => {
    if (++visits === nth) throw new Crash(place);
  };
}

/** Throws a {@link Crash} whenever a life comes to `place`. */
export function crashIn(place: string): Visit {
  return (here) => {
    if (here === place) throw new Crash(here);
  };
}

/** The place at which `life` crashed; `undefined` if it came to its end. Rejects with other errors. */
export async function crashOf(life: Promise<unknown>): Promise<string | undefined> {
  try {
    await life;
    return undefined;
  } catch (error) {
    if (error instanceof Crash) return error.message;
    throw error;
  }
}
