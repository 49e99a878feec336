/** A node of `lsblk --json --output NAME,TYPE,MOUNTPOINTS`; versions before 2.37 write `mountpoint`. */
interface BlockDevice {
  readonly type?: unknown
  readonly mountpoint?: unknown
  readonly mountpoints?: unknown
  readonly children?: unknown
}

/** A disk, its partition, a LUKS mapping, LVM in it: what is deeper is no disk layout. */
const MAX_DEPTH = 16

/**
 * Whether the file system at `/` lies on an encrypted device (dm-crypt at any level above it); null where
 * no device is mounted there, as in a container.
 */
export function readRootEncrypted(lsblk: string): boolean | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(lsblk)
  } catch {
    return null
  }
  const devices = (parsed as { readonly blockdevices?: unknown } | null)?.blockdevices
  return search(devices, false, 0)
}

function search(devices: unknown, encrypted: boolean, depth: number): boolean | null {
  if (!Array.isArray(devices) || depth > MAX_DEPTH) return null
  for (const device of devices as readonly (BlockDevice | null)[]) {
    if (device === null || typeof device !== 'object') continue
    const here = encrypted || device.type === 'crypt'
    if (isRoot(device)) return here
    const found = search(device.children, here, depth + 1)
    if (found !== null) return found
  }
  return null
}

function isRoot({ mountpoint, mountpoints }: BlockDevice): boolean {
  return mountpoint === '/' || (Array.isArray(mountpoints) && mountpoints.includes('/'))
}
