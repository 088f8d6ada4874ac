import type { Saver, SaverOptions } from "../checkpoint/saver.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Presence } from "./presence.ts";
import type { Preemption } from "./preemption.ts";

/** Bytes from `start` up to, and without, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a store is able to promise, for tests and messages. */
export interface StoreSupports {
  /** Whether what was created survives the end of the process and the loss of power. */
  readonly durable: boolean;

  /**
   * Whether a save may go on while training does. With `false` the loop waits for each of them.
   * @default true
   */
  readonly background?: boolean;
}

/**
 * Where checkpoints live: a flat set of named entries that are written once and never changed.
 *
 * Every failure is a `RepriseError` with one of the codes `NOT_FOUND`, `ALREADY_EXISTS`,
 * `STORE_FULL`, `STORE_DENIED`, `STORE_UNSUPPORTED` and `STORE_FAILED`, its cause kept.
 */
export interface CheckpointStore {
  /** How messages name this store, such as `directory /data/backup`. */
  readonly description: string;
  readonly supports: StoreSupports;

  /**
   * The names of all entries, in any order, foreign ones included. An entry whose `create` resolved
   * is listed, one whose `remove` resolved is not. Leftovers of an unfinished `create` are listed
   * under a temporary name (`temporaryName`), so that whoever claims the store can remove them.
   */
  list(): Promise<readonly string[]>;

  /**
   * The bytes of an entry, or the part of them that lies within `range`: fewer than asked for when
   * the entry ends before. Rejects with `NOT_FOUND` when there is none. Never more memory is taken
   * than the entry has bytes.
   */
  read(name: string, range?: ByteRange): Promise<Uint8Array>;

  /**
   * Creates the entry `name` of the bytes of all `chunks`. A reader sees nothing of it, or all of
   * it; when this resolves it is whole, and durable where `supports.durable` says so. Rejects with
   * `ALREADY_EXISTS` when the name is taken and leaves that entry as it is. After a failure the
   * entry is absent or whole. The caller does not change the chunks until this settles.
   */
  create(name: string, chunks: readonly Uint8Array[]): Promise<void>;

  /**
   * Creates like {@link create}, and may begin at once with all chunks but the first, whose bytes are what
   * they should be when `ready` resolves. Rejects, the entry absent, when `ready` rejects.
   */
  readonly createLate?: (
    name: string,
    chunks: readonly Uint8Array[],
    ready: Promise<unknown>,
  ) => Promise<void>;

  /** Removes the entry `name`. Resolves also when there is none. Never touches another entry. */
  remove(name: string): Promise<void>;

  /** Tells living holders of this store from dead ones; without it they are unknown. */
  readonly presence?: Presence;

  /**
   * Opens what takes the snapshots of one run to this store while the loop's thread computes. Without it,
   * saving takes turns with training.
   */
  readonly openSaver?: (options: SaverOptions) => Saver;

  /** Opens the record of all attempts at the run (`openLedger`); without it, none is kept. */
  readonly openLedger?: typeof Ledger.open;

  /** How this environment announces that the machine will go. */
  readonly preemption?: Preemption;
}
