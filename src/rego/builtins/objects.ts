/** `object.subset`, `json.patch`, the rest of `json.*`, `object.union_n`. */
import { fromJson, isJson, toJson } from '../json.js'
import {
  BuiltinError,
  compare,
  get,
  isArray,
  RegoNumber,
  RegoObject,
  RegoSet,
  typeName,
  type Entry,
  type Value,
} from '../value.js'
import { array, members, object, string, type Builtins } from './operands.js'

const equal = (a: Value, b: Value): boolean => compare(a, b) === 0

const has = ({ members }: RegoSet, value: Value): boolean => members.some((member) => equal(member, value))

/* ------------------------------------------------------------------ subset */

function isSubset(superset: Value, subset: Value): boolean {
  if (superset instanceof RegoObject && subset instanceof RegoObject) return isSubObject(superset, subset)
  if (superset instanceof RegoSet && subset instanceof RegoSet) return subset.members.every((m) => has(superset, m))
  if (isArray(superset) && isArray(subset)) return isSubArray(superset, subset)
  if (isArray(superset) && subset instanceof RegoSet) return holdsAll(superset, subset)
  throw new BuiltinError('both arguments object.subset must be of the same type or array and set')
}

function isSubObject(superset: RegoObject, subset: RegoObject): boolean {
  return subset.entries.every(([key, wanted]) => {
    const found = get(superset, key)
    if (found === undefined) return false
    if (equal(found, wanted)) return true
    return typeName(found) === typeName(wanted) && typeof wanted === 'object' && !(wanted instanceof RegoNumber)
      ? wanted !== null && isSubset(found, wanted)
      : false
  })
}

/** As OPA looks for it: after a mismatch it begins at the next element, and does not go back. */
function isSubArray(superset: readonly Value[], subset: readonly Value[]): boolean {
  if (subset.length > superset.length) return false
  let [at, matched] = [0, 0]
  while (matched < subset.length) {
    const element = superset[at + matched]
    if (element === undefined) return false
    if (equal(element, subset[matched]!)) matched++
    else {
      at++
      matched = 0
    }
  }
  return true
}

/** OPA counts the elements that are in the set; an empty set is none of a list's, and a repeated element counts twice. */
function holdsAll(superset: readonly Value[], subset: RegoSet): boolean {
  let unmatched = subset.members.length
  return superset.some((element) => {
    if (has(subset, element)) unmatched--
    return unmatched === 0
  })
}

/* ------------------------------------------------------------------- patch */

function patch(target: Value, operations: readonly Value[]): Value {
  let patched: Value | undefined = target
  for (const operation of operations) patched = applied(patched, object(operation))
  // OPA has no value either where the root was removed.
  if (patched === undefined) throw new BuiltinError('the root was removed')
  return patched
}

function applied(target: Value | undefined, operation: RegoObject): Value | undefined {
  const field = (name: string): Value => {
    const found = get(operation, name)
    if (found === undefined) throw new BuiltinError(`missing required attribute '${name}'`)
    return found
  }
  field('path')
  const op = string(field('op'))
  const path = pathOf(field('path'))
  switch (op) {
    case 'add':
      return insert(target, path, field('value'))
    case 'remove':
      return remove(target, path)
    case 'replace':
      return insert(remove(target, path), path, field('value'))
    case 'move': {
      const from = pathOf(field('from'))
      return insert(remove(target, from), path, at(target, from))
    }
    case 'copy':
      return insert(target, path, at(target, pathOf(field('from'))))
    case 'test':
      if (!equal(at(target, path), field('value'))) throw new BuiltinError('the value is another one')
      return target
    default:
      throw new BuiltinError(`unrecognized op: '${op}'`)
  }
}

function pathOf(value: Value): readonly Value[] {
  if (typeof value !== 'string') return array(value)
  if (value === '') return []
  return value
    .replace(/^\/+/, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const missing = (key: Value): never => {
  throw new BuiltinError(`path ${String(key)} does not exist`)
}

/** The index that a step of a path means; `-` is behind the end. */
function indexOf(step: Value, length: number): number {
  if (step === '-') return length
  const text = step instanceof RegoNumber ? step.text : string(step)
  if (!/^-?\d+$/.test(text)) throw new BuiltinError('invalid string for indexing')
  if (!(step instanceof RegoNumber) && text !== '0' && text.startsWith('0'))
    throw new BuiltinError('leading zeros are not allowed in JSON paths')
  return Number(text)
}

function child(target: Value | undefined, step: Value): Value {
  if (target instanceof RegoObject) return get(target, step) ?? missing(step)
  if (target instanceof RegoSet) return has(target, step) ? step : missing(step)
  if (target !== undefined && isArray(target)) return target[indexOf(step, target.length)] ?? missing(step)
  throw new BuiltinError('expected composite type')
}

function at(target: Value | undefined, path: readonly Value[]): Value {
  let found = target
  for (const step of path) found = child(found, step)
  if (found === undefined) throw new BuiltinError('the root was removed')
  return found
}

/** The target with what `change` makes of the collection that the path's last step is in. */
function changed(
  target: Value | undefined,
  path: readonly Value[],
  change: (holder: Value, step: Value) => Value,
): Value {
  const [step, ...rest] = path as readonly [Value, ...Value[]]
  if (target === undefined) throw new BuiltinError('the root was removed')
  if (rest.length === 0) return change(target, step)
  const next = changed(child(target, step), rest, change)
  if (target instanceof RegoObject) return withEntry(target, step, next)
  if (target instanceof RegoSet) return new RegoSet([...target.members.filter((member) => !equal(member, step)), next])
  const index = indexOf(step, (target as readonly Value[]).length)
  return (target as readonly Value[]).map((item, i) => (i === index ? next : item))
}

const without = ({ entries }: RegoObject, key: Value): readonly Entry[] => entries.filter(([k]) => !equal(k, key))

const withEntry = (target: RegoObject, key: Value, value: Value): RegoObject =>
  new RegoObject([...without(target, key), [key, value]])

function insert(target: Value | undefined, path: readonly Value[], value: Value): Value {
  if (path.length === 0) return value
  return changed(target, path, (holder, step) => {
    if (holder instanceof RegoObject) return withEntry(holder, step, value)
    if (holder instanceof RegoSet) {
      if (!equal(step, value)) throw new BuiltinError('a set key does not equal the value to be inserted')
      return new RegoSet([...holder.members, value])
    }
    if (!isArray(holder)) throw new BuiltinError('expected composite type')
    const index = indexOf(step, holder.length)
    if (index < 0 || index > holder.length) throw new BuiltinError('index for array insertion out of bounds')
    return [...holder.slice(0, index), value, ...holder.slice(index)]
  })
}

function remove(target: Value | undefined, path: readonly Value[]): Value | undefined {
  if (path.length === 0) {
    if (target === undefined) throw new BuiltinError('the root was removed')
    return undefined
  }
  return changed(target, path, (holder, step) => {
    if (holder instanceof RegoObject) {
      if (get(holder, step) === undefined) missing(step)
      return new RegoObject(without(holder, step))
    }
    if (holder instanceof RegoSet) {
      if (!has(holder, step)) missing(step)
      return new RegoSet(holder.members.filter((member) => !equal(member, step)))
    }
    if (!isArray(holder)) throw new BuiltinError('expected composite type')
    const index = indexOf(step, holder.length)
    if (index < 0 || index >= holder.length) throw new BuiltinError('index for array delete out of bounds')
    return holder.filter((_, i) => i !== index)
  })
}

/* ------------------------------------------------------- remove and filter */

/** Paths as a tree of objects, null where one ends. What goes beyond the end of another is of no account. */
function treeOf(operand: Value | undefined): RegoObject {
  let tree: Value = new RegoObject([])
  for (const path of members(operand).map(pathOf)) if (path.length > 0) tree = grown(tree, path)
  return tree as RegoObject
}

function grown(tree: Value, [step, ...rest]: readonly Value[]): Value {
  if (!(tree instanceof RegoObject)) return tree
  const before = get(tree, step!)
  const next = rest.length === 0 ? null : grown(before === undefined ? new RegoObject([]) : before, rest)
  return withEntry(tree, step!, next)
}

/** undefined: removed. */
function pruned(value: Value, tree: Value | undefined): Value | undefined {
  if (tree === null) return undefined
  if (!(tree instanceof RegoObject)) return value
  if (value instanceof RegoObject) {
    return new RegoObject(
      value.entries.flatMap(([key, item]): Entry[] => {
        const kept = pruned(item, get(tree, key))
        return kept === undefined ? [] : [[key, kept]]
      }),
    )
  }
  if (value instanceof RegoSet) {
    return new RegoSet(value.members.flatMap((member) => pruned(member, get(tree, member)) ?? []) as Value[])
  }
  return isArray(value)
    ? value.map((item, i) => pruned(item, get(tree, String(i)))).filter((item) => item !== undefined)
    : value
}

function filtered(value: Value, tree: Value): Value {
  if (!(tree instanceof RegoObject)) return value
  const of = (item: Value, key: Value): readonly Value[] => {
    const wanted = get(tree, key)
    return wanted === undefined ? [] : [filtered(item, wanted)]
  }
  if (value instanceof RegoObject) {
    return new RegoObject(value.entries.flatMap(([key, item]) => of(item, key).map((kept): Entry => [key, kept])))
  }
  if (value instanceof RegoSet) return new RegoSet(value.members.flatMap((member) => of(member, member)))
  return isArray(value) ? value.flatMap((item, i) => of(item, String(i))) : value
}

/* ------------------------------------------------------------------- union */

/** The later wins; objects are merged, unless something else came between. */
function unionOf(objects: readonly RegoObject[]): RegoObject {
  return objects.reduce((merged, next) => union(merged, next), new RegoObject([]))
}

function union(a: RegoObject, b: RegoObject): RegoObject {
  return new RegoObject([
    ...a.entries,
    ...b.entries.map(([key, value]): Entry => {
      const before = get(a, key)
      return [key, before instanceof RegoObject && value instanceof RegoObject ? union(before, value) : value]
    }),
  ])
}

export const objects: Builtins = {
  'object.subset': (superset, subset) => isSubset(superset!, subset!),
  'json.patch': (target, operations) => patch(target!, array(operations)),
  'json.remove': (target, paths) => pruned(object(target), treeOf(paths)) ?? missing(''),
  'json.filter': (target, paths) => filtered(object(target), treeOf(paths)),
  'object.union_n': (all) => unionOf(array(all).map(object)),
  'json.marshal': (value) => toJson(value!),
  'json.unmarshal': (text) => fromJson(string(text)),
  'json.is_valid': (text) => typeof text === 'string' && isJson(text),
}
