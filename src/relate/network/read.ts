/**
 * Reading fields of policies. The schema check has refused wrong types in built-in kinds; custom resources may still
 * hold anything. What has another type than its definition says is noted, and the policy then decides nothing.
 */
import type { JsonObject, Path } from '../../model.js'
import { isObject } from '../world.js'

/** What was found to be unreadable, in words. */
export type Notes = string[]

export interface Item {
  readonly value: JsonObject
  readonly path: Path
}

export function field(object: JsonObject, key: string): unknown {
  return object[key] ?? undefined
}

export function objectField(object: JsonObject, key: string, notes: Notes): JsonObject | null {
  const value = field(object, key)
  if (value === undefined) return null
  if (isObject(value)) return value as JsonObject
  notes.push(`${key} is not an object`)
  return null
}

/** null: absent. */
export function items(object: JsonObject, key: string, path: Path, notes: Notes): readonly Item[] | null {
  const value = field(object, key)
  if (value === undefined) return null
  if (!Array.isArray(value)) {
    notes.push(`${key} is not a list`)
    return []
  }
  return (value as readonly unknown[]).flatMap((item, i) => {
    if (isObject(item)) return [{ value: item as JsonObject, path: [...path, key, i] }]
    // A null item is what `- ` gives: an object without fields.
    if (item === null) return [{ value: {}, path: [...path, key, i] }]
    notes.push(`${key} holds something that is not an object`)
    return []
  })
}

/** null: absent. */
export function strings(object: JsonObject, key: string, notes: Notes): readonly string[] | null {
  const value = field(object, key)
  if (value === undefined) return null
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value as readonly string[]
  notes.push(`${key} is not a list of strings`)
  return []
}

export function stringField(object: JsonObject, key: string, notes: Notes): string | null {
  const value = field(object, key)
  if (value === undefined) return null
  if (typeof value === 'string') return value
  notes.push(`${key} is not a string`)
  return null
}

export function numberField(object: JsonObject, key: string, notes: Notes): number | null {
  const value = field(object, key)
  if (value === undefined) return null
  if (typeof value === 'number') return value
  notes.push(`${key} is not a number`)
  return null
}

export function booleanField(object: JsonObject, key: string, notes: Notes): boolean | null {
  const value = field(object, key)
  if (value === undefined) return null
  if (typeof value === 'boolean') return value
  notes.push(`${key} is neither true nor false`)
  return null
}
