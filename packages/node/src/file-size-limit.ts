/**
 * Lets a file that outgrows the limit of this process (`ulimit -f`) be an error of the write, EFBIG,
 * and not the death of the process: some libraries make Node pass on the signal that comes with it.
 */
export function surviveFileSizeLimit(): void {
  if (!process.listeners("SIGXFSZ").includes(ignore)) process.on("SIGXFSZ", ignore);
}

function ignore(): void {}
