import {
  type OnAcknowledged,
  RepriseError,
  type Report,
  type SaveOrder,
  type SaveReceipt,
  type TrainingEvent,
} from "@reprise/core";
import { errorOf } from "./error-copy.ts";
import type { Answer, Request } from "./messages.ts";
import type { SharedCopyWork } from "./shared-copy.ts";
import { type WriterThread, writerThread } from "./writer-thread.ts";

/** No thread could be started, and none will be had by trying again. */
export class NoThread extends Error {}

/** An order that the thread was given. */
interface Pending {
  readonly onAcknowledged: OnAcknowledged;
  readonly resolve: (receipt: SaveReceipt) => void;
  readonly reject: (error: Error) => void;
}

/** One run at the writer's thread, for as long as that lives. */
export class Connection {
  readonly #thread: WriterThread;
  readonly #run: number;
  readonly #report: Report;
  readonly #onEnd: (error: Error) => void;
  #pending: Pending | undefined;
  #closing: Promise<void> | undefined;
  #closed: () => void = () => {};
  #ended: Error | undefined;

  /** Throws {@link NoThread}. Calls `onEnd` if the thread ends before {@link close}. */
  constructor(
    opening: Omit<Extract<Request, { kind: "open" }>, "kind" | "run">,
    report: Report,
    onEnd: (error: Error) => void,
  ) {
    this.#report = report;
    this.#onEnd = onEnd;
    try {
      this.#thread = writerThread();
      this.#run = this.#thread.register({
        answered: (answer) => this.#answered(answer),
        ended: (reason) => this.#end(reason),
      });
      this.#thread.tell({ kind: "open", run: this.#run, ...opening });
    } catch (error) {
      throw new NoThread(sentence(error), { cause: error });
    }
  }

  /** Rejects with {@link NoThread}, the order untouched, or with what the save failed of. */
  async save(order: SaveOrder, onAcknowledged: OnAcknowledged): Promise<SaveReceipt> {
    if (this.#ended) throw this.#ended;
    this.#thread.tell({ kind: "save", run: this.#run, order });
    const saved = new Promise<SaveReceipt>((resolve, reject) => {
      this.#pending = { onAcknowledged, resolve, reject };
    });
    return this.#thread.holdWhile(saved);
  }

  /** Begins to copy; whoever needs the copy finishes it, with this thread or without. */
  copy(work: SharedCopyWork): void {
    if (!this.#ended) this.#thread.tell({ kind: "copy", run: this.#run, work });
  }

  /** Resolves when nothing of the run moves any more. */
  close(): Promise<void> {
    return (this.#closing ??= this.#closeOnce());
  }

  async #closeOnce(): Promise<void> {
    if (this.#ended) return;
    const closed = new Promise<void>((resolve) => {
      this.#closed = resolve;
    });
    this.#thread.tell({ kind: "close", run: this.#run });
    await this.#thread.holdWhile(closed);
    this.#thread.forget(this.#run);
  }

  #answered(answer: Answer): void {
    switch (answer.kind) {
      case "event":
        return this.#report(eventOf(answer));
      case "acknowledged":
        return this.#pending?.onAcknowledged(answer.entry, answer.bytes);
      case "saved":
        return this.#pending?.resolve(answer.receipt);
      case "closed":
        return this.#closed();
      case "failed":
      default:
        return this.#pending?.reject(errorOf(answer.error));
    }
  }

  #end(reason: Error): void {
    const options = { cause: reason };
    const error = this.#thread.hasStarted
      ? new RepriseError(
          "STORE_FAILED",
          `The writer's thread has ended: ${sentence(reason)}`,
          options,
        )
      : new NoThread(sentence(reason), options);
    this.#ended = error;
    this.#pending?.reject(error);
    this.#closed();
    if (!this.#closing) this.#onEnd(error);
  }
}

function sentence(error: unknown): string {
  const [line = ""] = (error as Error).message.split("\n");
  return line.endsWith(".") ? line : `${line}.`;
}

function eventOf({ event, error }: Extract<Answer, { kind: "event" }>): TrainingEvent {
  return error ? ({ ...event, error: errorOf(error) } as TrainingEvent) : event;
}
