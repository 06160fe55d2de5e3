/** Values as YAML on one line. */
import type { Json } from '../model.js'
import { isMap } from './json.js'
import { resolvePlain } from './scalar.js'

/** Strings stand in quotes where they have to, and with `quoted` always. */
export function flowText(value: Json, quoted = false): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map((item) => flowText(item, quoted)).join(', ')}]`
  if (isMap(value))
    return `{${Object.entries(value)
      .map(([key, item]) => flowEntry(key, item, quoted))
      .join(', ')}}`
  return typeof value === 'string' && !quoted && isPlain(value) ? value : JSON.stringify(value)
}

export const flowEntry = (key: string, value: Json, quoted = false): string =>
  `${flowText(key, quoted)}: ${flowText(value, quoted)}`

/** Whether a text reads as itself without quotes, in flow style too. */
function isPlain(value: string): boolean {
  return /^[A-Za-z0-9_./-][\w./-]*$/.test(value) && !/^[-.]/.test(value) && resolvePlain(value) === value
}
