/** The version of the format that is written, and the newest one that is read. */
export const formatVersion = 1;

/** Bytes of a header that any reader of safetensors accepts. */
export const maxHeaderLength = 100_000_000;

/** The data begins at a multiple of this, so that it can be mapped and read unbuffered. */
export const headerAlignment = 4096;

/** The 8 bytes before the header that tell its length. */
export const prefixLength = 8;

/** How the header of every version of the format begins; the version follows. */
export const opening = '{"__metadata__":{"reprise.format":"';

/** What follows the version in every version of the format; `<algorithm>:<digits>` comes next. */
export const checksumOpening = '","reprise.checksum":"';

/** The names of the metadata that are not fields of `CheckpointMetadata`. */
export const stateKey = "reprise.state";
export const checksumsKey = "reprise.checksums";
