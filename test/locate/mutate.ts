/**
 * What a location claims, put to the test: the line is changed, the source rendered again, and exactly the located field
 * of the resource has to change.
 */
import { identityOf } from '../../src/decide/fingerprint.js'
import { gather } from '../../src/gate.js'
import type { Located } from '../../src/locate/locate.js'
import { changed, type Change } from '../../src/mend/change.js'
import { withEdits } from '../../src/mend/edit.js'
import { Stream } from '../../src/mend/place.js'
import type { Json, Path, Resource, Tree } from '../../src/model.js'
import { Sources, valueIn, type Written } from '../../src/locate/written.js'
import { isMap, isSame, valueAt } from '../../src/parse/json.js'
import type { RenderEngines } from '../../src/render/engines.js'

/** `held`: exactly the field changed. `unmoved`: nothing of it did. `more`: other fields did, too. */
export type Outcome = 'held' | 'unmoved' | 'more' | 'not-editable' | 'not-rendered'

export interface Mutation {
  readonly tree: Tree
  readonly resource: Resource
  readonly path: Path
  readonly located: Located
  readonly engines: RenderEngines
}

export async function mutate({ tree, resource, path, located, engines }: Mutation): Promise<Outcome> {
  const { written } = located
  if (written === null) return 'not-editable'
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(tree.read(written.file) ?? new Uint8Array())
  const stream = new Stream(text)
  const before = valueOf(resource)
  for (const { at, change } of changesFor(tree, written, valueAt(before, path) ?? null)) {
    const edits = stream.editsOf([{ written: at, change }])[0] ?? null
    if (edits === null) continue
    const line = text.slice(0, Math.min(...edits.map(({ start }) => start))).split('\n').length
    // An edit elsewhere would say nothing about the line that is claimed.
    if (located.location.precision === 'exact' && Math.abs(line - located.location.line) > 1) continue
    const mutated = tree.with(new Map([[written.file, new TextEncoder().encode(withEdits(text, edits))]]))
    const { resources } = await gather(mutated, scopeOf(resource), engines, () => undefined)
    const same = resources.filter((each) => identityOf(each) === identityOf(resource))
    const [after] = same
    if (after === undefined) {
      if (path.join('.') === 'metadata.name' || path.length === 0) return 'held'
      continue
    }
    const now = valueOf(after)
    if (isSame(valueAt(now, path), valueAt(before, path))) return 'unmoved'
    return isSame(without(now, path), without(before, path)) ? 'held' : 'more'
  }
  return 'not-rendered'
}

const valueOf = ({ object }: Resource): Json => object as unknown as Json

const scopeOf = ({ origin }: Resource) => ({
  paths: [origin.source],
  ignore: [],
  render: new Map(),
  context: [],
  groups: new Map(),
})

/**
 * Changes that a place can take: of a flag the other, of a text another one; of what is not there, something; what takes
 * the value away (a null, a `remove`) goes.
 */
function changesFor(
  tree: Tree,
  written: Written,
  rendered: Json,
): readonly { readonly at: Written; readonly change: Change }[] {
  const own = valueIn(new Sources(tree), written)
  const here = (...changes: readonly Change[]) => changes.map((change) => ({ at: written, change }))
  if (own === undefined) return here({ set: 'mutated' }, { set: true }, { set: 7 }, { set: {} }, { set: [] })
  if (rendered === null) {
    const isOperation = typeof own === 'string'
    return isOperation ? [{ at: parentOf(written), change: { remove: true } }] : here({ remove: true })
  }
  if (typeof own === 'boolean') return here({ set: !own })
  if (typeof own === 'number') return here({ set: own + 1 })
  if (typeof own === 'string') return here({ set: `${own}x` }, { remove: true })
  return here({ remove: true }, { set: {} })
}

function parentOf(written: Written): Written {
  const { path, within } = written
  if (within === null) return { ...written, path: path.slice(0, -1) }
  return { ...written, within: { ...within, path: within.path.slice(0, -1) } }
}

/** The value without what lies at a path, and without the maps that would be empty then. */
function without(value: Json, path: Path): Json {
  for (let depth = path.length; depth > 0; depth--) {
    const at = path.slice(0, depth)
    const found = valueAt(value, at)
    if (found === undefined) continue
    if (depth < path.length && !(isMap(found) && Object.keys(found).length === 0)) break
    value = changed(value, at, { remove: true }) ?? value
  }
  return value
}
