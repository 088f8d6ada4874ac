import { keyedRandom, withMathRandom } from "@reprise/core";
import { type Frame, framesHere } from "./frames.ts";

/** Where the code of Reprise itself lies at run time. */
export interface OwnCode {
  readonly core: (frame: Frame) => boolean;
  readonly testing: (frame: Frame) => boolean;
}

/**
 * Finds the code of Reprise by calling it, wherever it was installed to. In a bundle, which is one file
 * with the user's code, nothing is its own.
 */
export function findOwnCode(): OwnCode {
  const stream = keyedRandom(0)("where is the code of core?");
  const [here, caller] = withMathRandom(stream, framesHere);
  return {
    testing: within(here, /determinism[\\/]frames\.[cm]?[jt]s$/),
    core: within(caller, /position[\\/]math-random\.[cm]?[jt]s$/),
  };
}

function within(known: Frame | undefined, name: RegExp): (frame: Frame) => boolean {
  if (known === undefined || !name.test(known.file)) return () => false;
  const folder = known.file.replace(name, "");
  return ({ file }) => file.startsWith(folder);
}
