/**
 * What was made before, by content: `key` names everything that it was made from, and what is read is checked against
 * its own digest. An entry that is missing, torn or changed is made again. A cache that cannot be written only costs time.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface Cache {
  /** null: there is none that can be trusted. */
  read(key: string): Uint8Array<ArrayBuffer> | null
  write(key: string, content: Uint8Array): void
}

const DIGEST_BYTES = 32

const digestOf = (content: Uint8Array): Buffer => createHash('sha256').update(content).digest()

/** A runner's own folder, which ends with the job; else the user's. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const { RUNNER_TEMP, XDG_CACHE_HOME } = environment
  return join(RUNNER_TEMP || XDG_CACHE_HOME || join(homedir(), '.cache'), 'ringfence')
}

/** Files of a folder: the digest of the content, then the content. */
export function folderCache(folder: string): Cache {
  return {
    read(key) {
      let file: Buffer
      try {
        file = readFileSync(join(folder, key))
      } catch {
        // Not there, or not readable: both mean that it is made.
        return null
      }
      const content = file.subarray(DIGEST_BYTES)
      return file.length > DIGEST_BYTES && digestOf(content).equals(file.subarray(0, DIGEST_BYTES))
        ? Uint8Array.from(content)
        : null
    },
    write(key, content) {
      const target = join(folder, key)
      const own = `${target}.${randomUUID()}`
      try {
        mkdirSync(folder, { recursive: true })
        writeFileSync(own, Buffer.concat([digestOf(content), content]))
        renameSync(own, target)
      } catch {
        if (existsSync(own)) rmSync(own)
      }
    },
  }
}
