/** A place in a file, as a stack trace gives it. */
export interface Frame {
  readonly file: string;
  readonly line: string;
  readonly column: string;
}

// Both `at f (file:1:2)`, as V8 has it, and `f@file:1:2` of the others.
const place = /(?:^|[\s(@])((?:[a-z-]+:|\/|[A-Z]:\\)[^()]*?):(\d+):(\d+)\)?$/;

/** The calls that led here, the innermost first. Empty where the runtime tells nothing of them. */
export function framesHere(): readonly Frame[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack = "" } = new Error("here");
  Error.stackTraceLimit = stackTraceLimit;
  return stack.split("\n").flatMap((text) => {
    const [, file, line, column] = place.exec(text) ?? [];
    if (file === undefined || line === undefined || column === undefined) return [];
    return [{ file: file.replace(/^file:\/\//, ""), line, column }];
  });
}
