/** What a mechanical remedy does to a value: plain data in, plain data out. */
import type { Json, JsonObject, Path } from '../model.js'
import { childOf, isMap, valueAt } from '../parse/json.js'

/** What a policy says that would mend its finding, at the finding's path. */
export type Change = { readonly set: Json } | { readonly remove: true }

/** A policy's `fix`; null where it has none, or one that nothing here understands. */
export function changeOf(fix: Json | null): Change | null {
  if (!isMap(fix ?? undefined)) return null
  const { set, remove } = fix as JsonObject
  if (set !== undefined) return { set }
  return remove === true ? { remove } : null
}

/**
 * The value with the change made; null where the path does not lead there. Maps that are missing on the way to a value
 * that is set are added; what is removed has to be there.
 */
export function changed(value: Json, path: Path, change: Change): Json | null {
  const [step, ...rest] = path
  if (step === undefined) return 'set' in change ? change.set : null
  const child = childOf(value, step)
  if (child === undefined && ('remove' in change || typeof step === 'number' || !isMap(value))) return null
  if (rest.length === 0 && 'remove' in change) return without(value, step)
  const next = changed(child ?? (rest.length === 0 ? null : {}), rest, change)
  return next === null && !(rest.length === 0 && 'set' in change) ? null : replaced(value, step, next)
}

/**
 * What goes with a removal: a map or list that nothing would be left in goes too, as somebody would do by hand. Lists keep
 * their items, and a resource its `metadata` and `spec`.
 */
export function removed(value: Json, path: Path): Path {
  let gone = path
  for (let depth = path.length - 1; depth > 1; depth--) {
    const parent = path.slice(0, depth)
    if (typeof parent.at(-1) !== 'string' || sizeOf(valueAt(value, parent)) !== 1) break
    gone = parent
  }
  return gone
}

function replaced(value: Json, step: string | number, child: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item, i) => (i === step ? child : item))
  return { ...(value as JsonObject), [step]: child }
}

function without(value: Json, step: string | number): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).filter((_, i) => i !== step)
  return Object.fromEntries(Object.entries(value as JsonObject).filter(([key]) => key !== step))
}

function sizeOf(value: Json | undefined): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}
