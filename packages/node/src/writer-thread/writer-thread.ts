// Without "node:", which keeps webpack from making a right file of it.
import { Worker } from "worker_threads";
import { type Answer, ready, type Request } from "./messages.ts";

/** Told what the thread says of one run, and that it has ended. */
export interface RunListener {
  answered(answer: Answer): void;
  ended(reason: Error): void;
}

let current: WriterThread | undefined;

/** The one writer of this thread, started if there is none. Throws when none can be started. */
export function writerThread(): WriterThread {
  return (current ??= new WriterThread());
}

let runs = 0;

/** A thread that writes the checkpoints of all runs of the thread that started it. */
export class WriterThread {
  /** Whether it has ever been able to do anything. */
  hasStarted = false;
  readonly #worker: Worker;
  readonly #listeners = new Map<number, RunListener>();
  #busy = 0;
  /** Why it is about to end. */
  #reason: Error | undefined;

  constructor() {
    this.#worker = startWorker();
    this.#worker.on("message", (message: Answer | typeof ready) => this.#heard(message));
    this.#worker.on("messageerror", (error) => {
      this.#reason ??= error;
      void this.#worker.terminate();
    });
    this.#worker.on("error", (error: unknown) => {
      this.#reason ??= error instanceof Error ? error : new Error(String(error));
    });
    // Not before: until then it may still write, and read the memory of the snapshot.
    this.#worker.on("exit", (code) => this.#end(new Error(`it ended with exit code ${code}`)));
    // Without work it must not keep a program alive that has ended. Listening to its messages would.
    this.#worker.unref();
  }

  /** A number for a run, of which `listener` is told from now on. */
  register(listener: RunListener): number {
    const run = ++runs;
    this.#listeners.set(run, listener);
    return run;
  }

  /** Without a run it ends: else it would keep the memory of the last snapshot for as long as it idles. */
  forget(run: number): void {
    this.#listeners.delete(run);
    if (this.#listeners.size > 0) return;
    if (current === this) current = undefined;
    void this.#worker.terminate();
  }

  tell(request: Request): void {
    this.#worker.postMessage(request, []);
  }

  /** While something is to be written, the process stays alive for it. */
  holdWhile<T>(work: Promise<T>): Promise<T> {
    if (this.#busy++ === 0) this.#worker.ref();
    return work.finally(() => {
      if (--this.#busy === 0) this.#worker.unref();
    });
  }

  #heard(message: Answer | typeof ready): void {
    if (message === ready) this.hasStarted = true;
    else this.#listeners.get(message.run)?.answered(message);
  }

  #end(reason: Error): void {
    if (current === this) current = undefined;
    for (const listener of this.#listeners.values()) listener.ended(this.#reason ?? reason);
    this.#listeners.clear();
  }
}

function startWorker(): Worker {
  const options = { name: "reprise writer" };
  const { url } = import.meta;
  // From the sources.
  if (url.endsWith(".ts"))
    return new Worker(new URL(url.replace(/[^/]*$/, "reprise-writer.ts")), options);
  // Written like this, the file is one that bundlers find and bundle.
  return new Worker(new URL("./reprise-writer.js", import.meta.url), options);
}
