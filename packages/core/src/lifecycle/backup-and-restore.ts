import { expected, RepriseError, show } from "../errors.ts";
import { isObject } from "../is-object.ts";
import type { CheckpointStore } from "../store/store.ts";
import {
  type BackupOptions,
  type ResolvedBackupOptions,
  resolveBackupOptions,
} from "./backup-options.ts";
import type { Callback } from "./callback.ts";

// Two copies of this package in one program must know each other's backups: one that is taken for a
// callback without hooks would never save.
const brand = Symbol.for("reprise.backup");

/**
 * Saves the training to `store` while it runs, and resumes it from there when the program is started
 * again: the callback of Keras of the same name, exact to the bit. It is called last at every save
 * point, wherever it stands in the list.
 *
 * Throws `INVALID_ARGUMENT` for a store or an option that it does not understand.
 */
export class BackupAndRestore implements Callback {
  readonly key: string = "backup-and-restore";
  readonly store: CheckpointStore;
  readonly options: ResolvedBackupOptions;

  constructor(store: CheckpointStore, options: BackupOptions = {}) {
    requireStore(store);
    this.store = store;
    this.options = resolveBackupOptions(options, store);
    Object.defineProperty(this, brand, { value: true });
  }
}

/** The one backup among `callbacks`, and the others. */
export function separateBackup(callbacks: readonly Callback[]): {
  readonly backup: BackupAndRestore | undefined;
  readonly others: readonly Callback[];
} {
  const backups = callbacks.filter(isBackup);
  if (backups.length > 1) {
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `Expected one BackupAndRestore, found ${backups.length}.`,
    );
  }
  return { backup: backups[0], others: callbacks.filter((callback) => !isBackup(callback)) };
}

function isBackup(callback: unknown): callback is BackupAndRestore {
  return isObject(callback) && brand in callback;
}

function requireStore(store: unknown): void {
  const methods = ["list", "read", "create", "remove"] as const;
  const found = store as Partial<CheckpointStore> | null | undefined;
  if (methods.every((name) => typeof found?.[name] === "function")) return;
  const cure =
    typeof store === "string" &&
    `Write new BackupAndRestore(directory(${show(store)})), with directory from "@reprise/node".`;
  throw expected("the store", 'one such as directory("./backup")', store, cure || "");
}
