/** Fields of resources whose schema nobody here has: what is of another type counts as absent. */
import type { Json, JsonObject } from '../../model.js'
import { isMap, listOf, valueAt } from '../../parse/json.js'

/** '' where it is absent. */
export function textAt(object: Json | undefined, ...path: readonly string[]): string {
  const value = valueAt(object, path)
  return typeof value === 'string' ? value : ''
}

export function mapAt(object: Json | undefined, ...path: readonly string[]): JsonObject {
  const value = valueAt(object, path)
  return isMap(value) ? value : {}
}

export function mapsAt(object: Json | undefined, ...path: readonly string[]): readonly JsonObject[] {
  return listOf(valueAt(object, path)).filter(isMap)
}

export function textsAt(object: Json | undefined, ...path: readonly string[]): readonly string[] {
  return listOf(valueAt(object, path)).filter((item) => typeof item === 'string')
}

/** The entries of a map that are texts. */
export function textMapAt(object: Json | undefined, ...path: readonly string[]): { readonly [key: string]: string } {
  return Object.fromEntries(
    Object.entries(mapAt(object, ...path)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

export function isSet(object: Json | undefined, ...path: readonly string[]): boolean {
  return valueAt(object, path) === true
}
