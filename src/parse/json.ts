/** Values as the cluster reads them: what is asked of them everywhere. */
import type { Json, JsonObject, Path } from '../model.js'

export function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The map; an empty one where it is none. */
export function mapOf(value: Json | undefined): JsonObject {
  return isMap(value) ? value : {}
}

/** The items of a list; none where it is no list. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

/** undefined where there is none: a key of a map, an index of a list. */
export function childOf(value: Json | undefined, step: string | number): Json | undefined {
  if (typeof step === 'number') return Array.isArray(value) ? (value as readonly Json[])[step] : undefined
  return isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined
}

/** undefined where the path does not lead to anything. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce(childOf, value)
}

/** By value: the order of keys is no difference. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    const [one, other] = [a as readonly Json[], b as readonly Json[]]
    return one.length === other.length && one.every((item, i) => isSame(item, other[i]))
  }
  if (!isMap(a) || !isMap(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
}
