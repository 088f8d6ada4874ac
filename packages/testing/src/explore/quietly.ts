let explorations = 0;
let printAgain: () => void = () => {};

/**
 * Runs `explore` without the lines that a run prints when it resumes or when its store fails: that is
 * what the kit does to it, hundreds of times.
 */
export async function quietly<T>(explore: () => Promise<T>): Promise<T> {
  if (explorations === 0) printAgain = silence(globalThis.console);
  explorations += 1;
  try {
    return await explore();
  } finally {
    explorations -= 1;
    if (explorations === 0) printAgain();
  }
}

function silence(console: Console): () => void {
  const printer = Object.getOwnPropertyDescriptor(console, "warn");
  const warn = console.warn.bind(console);
  const quieter = (...parts: unknown[]): void => {
    const [line] = parts;
    if (!(typeof line === "string" && line.startsWith("reprise: "))) warn(...parts);
  };
  console.warn = quieter;
  return () => {
    if (console.warn !== quieter) return;
    if (printer) Object.defineProperty(console, "warn", printer);
    else Reflect.deleteProperty(console, "warn");
  };
}
