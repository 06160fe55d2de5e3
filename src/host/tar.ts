/**
 * Archives as they come with bundles: tar (ustar, pax, GNU's long names), gzipped or not. Files only: a link or a device in
 * an archive of policies is refused, and so is a name that leaves it.
 */
import { gunzipSync } from 'node:zlib'
import { resolvePath } from '../discover/path.js'

const BLOCK = 512
/** Of what is unpacked. */
const MOST_BYTES = 128 * 1024 * 1024
const MOST_FILES = 20_000

const decoder = new TextDecoder()

/** Path → content. Throws `Error` with a reason where it is no such archive. */
export function unpack(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const tar =
    archive[0] === 0x1f && archive[1] === 0x8b ? gunzipSync(archive, { maxOutputLength: MOST_BYTES }) : archive
  const files = new Map<string, Uint8Array>()
  /** What the headers before a file say about it. */
  let named: { path?: string | undefined; size?: number | undefined } = {}
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK)
    if (header.every((byte) => byte === 0)) break
    if (!hasItsSum(header)) throw new Error('it is no tar archive')
    const type = String.fromCharCode(header[156] ?? 0)
    const size = (type === 'x' || type === 'L' ? undefined : named.size) ?? numberAt(header, 124, 12)
    const content = tar.subarray(at + BLOCK, at + BLOCK + size)
    if (content.length < size) throw new Error('the archive ends within a file')
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    if (type === 'x') named = { ...named, ...paxOf(content) }
    else if (type === 'L') named = { ...named, path: text(content) }
    else if (type !== 'g') {
      const path = named.path ?? ownPath(header)
      named = {}
      if (type === '0' || type === '\0' || type === '7') {
        const place = placed(path)
        if (files.size === MOST_FILES) throw new Error(`it has more than ${MOST_FILES} files`)
        files.set(place, Uint8Array.from(content))
      } else if (type !== '5')
        throw new Error(`${JSON.stringify(path)} is no file: a bundle has neither links nor devices`)
    }
  }
  return files
}

/** A path of an archive, below its root; throws where it leaves it. */
export function placed(path: string): string {
  const place = path.includes('\\') || path.includes('\0') ? null : resolvePath('', path)
  if (place === null || place === '') throw new Error(`${JSON.stringify(path)} is no path in a bundle`)
  return place
}

/** The sum of a header, its own field taken as spaces. */
function hasItsSum(header: Uint8Array): boolean {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0)
  return sum === numberAt(header, 148, 8)
}

/** Octal digits; base 256 where the first bit is set (GNU). */
function numberAt(header: Uint8Array, from: number, length: number): number {
  const field = header.subarray(from, from + length)
  if (((field[0] ?? 0) & 0x80) !== 0) return field.subarray(1).reduce((number, byte) => number * 256 + byte, 0)
  const digits = text(field).trim()
  if (!/^[0-7]*$/.test(digits)) throw new Error('it is no tar archive')
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

function ownPath(header: Uint8Array): string {
  const name = text(header.subarray(0, 100))
  // ustar's prefix; GNU keeps times there.
  const prefix = text(header.subarray(257, 263)) === 'ustar' ? text(header.subarray(345, 500)) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Up to the first zero. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end))
}

/** Records of `LENGTH KEY=VALUE\n`; the length counts all of its record. */
function paxOf(content: Uint8Array): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {}
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at)
    const length = Number(decoder.decode(content.subarray(at, space)))
    if (space < 0 || !Number.isInteger(length) || length <= space - at)
      throw new Error('a header of the archive is broken')
    const record = decoder.decode(content.subarray(space + 1, at + length - 1))
    const [key, value] = [record.slice(0, record.indexOf('=')), record.slice(record.indexOf('=') + 1)]
    if (key === 'path') found.path = value
    if (key === 'size') found.size = Number(value)
    at += length
  }
  return found
}
