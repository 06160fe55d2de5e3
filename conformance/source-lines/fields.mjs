// Documents and the fields in them, as the checks compare them.
import { parseYaml } from './gate.mjs'

export function valueAt(object, path) {
  let value = object
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined
    value = value[step]
  }
  return value
}

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)

/** The documents of a template, parsed. */
export const objectsIn = (documents, template) =>
  documents.filter((d) => d.template === template && !d.crd).toSorted((a, b) => a.index - b.index)
    .map((d) => ({ index: d.index, text: d.text, object: parseYaml(d.text).value }))

/** The same object in another render of the template: its index may have shifted. */
export function counterpart(before, after, index) {
  const one = before.find((d) => d.index === index)
  const other = after.find((d) => d.index === index)
  if (other !== undefined && after.length === before.length && other.object?.kind === one.object?.kind) return other
  return after.find(
    ({ object }) =>
      object?.kind === one.object?.kind && same(object?.metadata?.name, one.object?.metadata?.name),
  )
}

/** Paths of the leaves that differ; `[]` for the whole. */
export function changedLeaves(before, after, path = []) {
  if (same(before, after)) return []
  const isTable = (v) => v !== null && typeof v === 'object'
  if (!isTable(before) || !isTable(after) || Array.isArray(before) !== Array.isArray(after)) return [path]
  const keys = Array.isArray(before)
    ? Array.from({ length: Math.max(before.length, after.length) }, (_, i) => i)
    : [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => changedLeaves(before[key], after[key], [...path, key]))
}

export const dotted = (path) => path.join('.')
