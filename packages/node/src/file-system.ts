// The numbers are those of statfs(2) on Linux.
const singleMachine = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xf2f52010, // F2FS
  0xca451a4e, // bcachefs
  0x2fc12fc1, // ZFS
  0x3153464a, // JFS
  0x52654973, // ReiserFS
  0x3434, // NILFS
  0x01021994, // tmpfs
  0x858458f6, // ramfs
  0x794c7630, // overlayfs, whose upper layer is one of these
]);

/**
 * Whether a file system of this type, as in `statfs().type`, can be mounted by one machine only at a
 * time. Network, cluster and user-space file systems, and those not known here, are not.
 */
export function isOfSingleMachine(type: number): boolean {
  return singleMachine.has(type);
}
