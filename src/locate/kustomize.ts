/**
 * Where a kustomization's values are written. The build is done once more with marks in all that it is put together from
 * (`marks.ts`): what each part of its output carries tells its place. A line is claimed only where the marked build says
 * what the clean one says, and where the file holds the very value.
 */
import type { DeployedKustomization, Deployer, Json, JsonObject, Path, Resource, Substitution, Tree } from '../model.js'
import { childOf, isMap, isSame, listOf, valueAt } from '../parse/json.js'
import { parseYaml } from '../parse/yaml.js'
import type { RenderEngines } from '../render/engines.js'
import { filled, treeFor } from '../render/deployed.js'
import { fileAccess } from '../render/kustomization-render.js'
import { Marks, type Marked } from './marks.js'
import { piecesOf, type Piece } from './pieces.js'
import { Sources, valueIn, type Written } from './written.js'

/** Where a path of a built resource is written. */
export interface Trace {
  /** null where that is not known. */
  readonly written: Written | null
  /** The path there is the value, or what takes it away; false: it is the nearest place that stands for it. */
  readonly exact: boolean
  /** The same place in the object that the resource was built from, where that is another document. */
  readonly base: Written | null
  /** What set the value, where that is what deploys the kustomization. */
  readonly by?: Deployer
}

export type TraceOf = (resource: Resource, path: Path) => Trace

const UNKNOWN: Trace = { written: null, exact: false, base: null }

/**
 * Traces resources of one kustomization; the folder is its source's id. Builds it once more. What a deployer sets stands in
 * its resource, and not in the kustomization that it writes: of that no place is known but the resource.
 */
export async function traceKustomization(
  tree: Tree,
  folder: string,
  resources: readonly Resource[],
  engines: Pick<RenderEngines, 'kustomize'>,
  sources: Sources,
  deployed?: DeployedKustomization,
): Promise<TraceOf> {
  if (deployed === undefined) return traceBuild(tree, folder, resources, engines, sources, null)
  const edited = treeFor(tree, deployed)
  const own = new Sources(edited)
  const trace = await traceBuild(edited, folder, resources, engines, own, deployed.substitution)
  const isThere = (written: Written | null): boolean =>
    written === null ||
    written.file !== deployed.edit?.file ||
    isSame(valueIn(sources, written), valueIn(own, written) ?? null)
  return (resource, path) => {
    const found = trace(resource, path)
    return {
      written: isThere(found.written) ? found.written : null,
      exact: found.exact && isThere(found.written),
      base: isThere(found.base) ? found.base : null,
      ...(isThere(found.written) ? {} : { by: deployed.by }),
    }
  }
}

async function traceBuild(
  tree: Tree,
  folder: string,
  resources: readonly Resource[],
  engines: Pick<RenderEngines, 'kustomize'>,
  sources: Sources,
  substitution: Substitution | null,
): Promise<TraceOf> {
  const kinds = new Set(resources.map(({ kind }) => kind))
  const pieces = piecesOf(tree, folder, sources)
  const word = wordFor(pieces)
  // What is set in the kustomization files may meet a check that marks do not pass.
  for (const roles of [ALL, OBJECTS]) {
    const marks = new Marks(word)
    const marked = pieces.filter((piece) => roles.has(piece.role) && isOf(piece, kinds))
    const built = await build(tree, folder, marked, marks, sources, engines, substitution)
    if (built !== null) return tracer(built, marks, pieces)
  }
  return () => UNKNOWN
}

const OBJECTS: ReadonlySet<Piece['role']> = new Set<Piece['role']>(['resource', 'patch', 'operations'])
const ALL: ReadonlySet<Piece['role']> = new Set<Piece['role']>([...OBJECTS, 'kustomization'])

/** A word that no piece has: the repository may have read this. */
function wordFor(pieces: readonly Piece[]): string {
  const all = JSON.stringify(pieces.map(({ value }) => value))
  let word = '.rf0.'
  for (let i = 1; all.includes(word); i++) word = `.rf${i}.`
  return word
}

/** CRDs are large, and nothing is found in them. */
function isOf({ role, value }: Piece, kinds: ReadonlySet<string>): boolean {
  if (role !== 'resource' || !isMap(value)) return role !== 'resource'
  return Array.isArray(value['items']) || kinds.has(String(value['kind']))
}

async function build(
  tree: Tree,
  root: string,
  pieces: readonly Piece[],
  marks: Marks,
  sources: Sources,
  engines: Pick<RenderEngines, 'kustomize'>,
  substitution: Substitution | null,
): Promise<ReadonlyMap<string, JsonObject | null> | null> {
  const edits = markedFiles(pieces, marks, sources)
  const { error, documents } = await engines.kustomize({ root, files: fileAccess(tree.with(edits)), origins: false })
  if (error !== null) return null
  const built = new Map<string, JsonObject | null>()
  for (const { text } of documents) {
    const { value, problem } = parseYaml(filled(text, substitution))
    if (problem !== null || !isMap(value)) continue
    const identity = identityOf(value)
    // Of two with one name nobody can tell which is which.
    built.set(identity, built.has(identity) ? null : value)
  }
  return built
}

function identityOf(object: Json): string {
  const { apiVersion, kind, metadata } = object as JsonObject
  const { name, namespace } = isMap(metadata) ? metadata : {}
  return JSON.stringify([apiVersion, kind, namespace ?? null, name ?? null])
}

/** Each file as JSON, document by document; what has no mark stays as it is written. */
function markedFiles(pieces: readonly Piece[], marks: Marks, sources: Sources): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Piece[]>()
  for (const piece of pieces) files.set(piece.file, [...(files.get(piece.file) ?? []), piece])
  const encoder = new TextEncoder()
  return new Map(
    [...files].map(([file, own]) => {
      const documents = sources.documents(file).map(({ text, value }, index) => {
        const here = own.filter(({ document }) => document === index)
        const whole = here.find(({ within }) => within === null)
        const inner = here.filter(({ within }) => within !== null)
        if (here.length === 0) return text
        const marked = whole === undefined ? value : marks.mark(whole)
        return JSON.stringify(withPatches(marked, inner, marks))
      })
      return [file, encoder.encode(documents.join('\n---\n'))]
    }),
  )
}

/** A kustomization with its inline patches marked. */
function withPatches(kustomization: Json, patches: readonly Piece[], marks: Marks): Json {
  const texts = new Map<string, { readonly path: Path; readonly documents: string[] }>()
  for (const piece of patches) {
    const path = piece.within?.path ?? []
    const key = JSON.stringify(path)
    const known = texts.get(key) ?? { path, documents: [] }
    known.documents.push(JSON.stringify(marks.mark(piece)))
    texts.set(key, known)
  }
  return [...texts.values()].reduce(
    (value, { path, documents }) => withText(value, path, documents.join('\n---\n')),
    kustomization,
  )
}

function withText(value: Json, [step, ...rest]: Path, text: string): Json {
  if (step === undefined) return text
  if (Array.isArray(value)) {
    return listOf(value).map((item, i) => (i === step ? withText(item, rest, text) : item))
  }
  return isMap(value) ? { ...value, [step]: withText(value[step] ?? null, rest, text) } : value
}

/* ----------------------------------------------------------------- trace */

function tracer(built: ReadonlyMap<string, JsonObject | null>, marks: Marks, pieces: readonly Piece[]): TraceOf {
  return (resource, path) => {
    const { object } = resource
    const marked = built.get(identityOf(object as unknown as Json)) ?? null
    if (marked === null || resource.path.length > 0) return UNKNOWN
    const [from] = marks.mapsOf(marked)
    if (from === undefined) return generated(resource, path, pieces) ?? UNKNOWN
    const found =
      namespaced(resource, path, from.piece, pieces) ?? find(marked, object as unknown as Json, path, marks, pieces)
    const base = below(from.written, path)
    if (found === null) return { ...UNKNOWN, base }
    const isBase = found.written.file === from.written.file && found.written.document === from.written.document
    return { ...found, base: isBase ? null : base }
  }
}

type Found = Pick<Trace, 'exact'> & { readonly written: Written }

/** The way down both builds together, as far as both have it. */
function find(marked: Json, clean: Json, path: Path, marks: Marks, pieces: readonly Piece[]): Found | null {
  const way: { readonly marked: Json; readonly clean: Json }[] = [{ marked, clean }]
  for (const step of path) {
    const at = way[way.length - 1]!
    // An item that one build has more would shift the others.
    if (listOf(at.clean).length !== listOf(at.marked).length) return null
    const next = { marked: childOf(at.marked, step), clean: childOf(at.clean, step) }
    if (next.clean === undefined || next.clean === null) break
    if (next.marked === undefined) return null
    way.push(next as { marked: Json; clean: Json })
  }
  const depth = way.length - 1
  if (depth < path.length) return absent(way, path, marks, pieces)
  return present(way, path, marks, pieces)
}

type Way = readonly { readonly marked: Json; readonly clean: Json }[]

function present(way: Way, path: Path, marks: Marks, pieces: readonly Piece[]): Found | null {
  const { marked, clean } = way[path.length]!
  if (typeof clean === 'object' && clean !== null) return held(way, path, marks) ?? nearest(way, path, marks)
  const scalar = marks.scalar(marked)
  if (scalar.text !== String(clean)) return null
  const [only, second] = scalar.marks
  if (only !== undefined && second === undefined && String(only.value) === scalar.text)
    return { written: only.written, exact: true }
  // Put together from several: the last that took part overrides what the others say.
  const [last] = [...scalar.marks].sort((a, b) => pieces.indexOf(b.piece) - pieces.indexOf(a.piece))
  if (last !== undefined) return { written: last.written, exact: false }
  return held(way, path, marks) ?? nearest(way, path, marks)
}

/** A value without a mark of its own, by the maps that were put together to the one around it: the last that holds it. */
function held(way: Way, path: Path, marks: Marks): Found | null {
  const depth = markedDepth(way, path.length, marks)
  const rest = path.slice(depth)
  const holders = marks
    .mapsOf(way[depth]?.marked)
    .filter(({ value }) => isSame(valueAt(value, rest), way[path.length]?.clean))
  const last = holders.at(-1)
  if (last === undefined) return null
  // A map or list is one place's if nothing below it comes from another.
  const isAlone = marks.below(way[path.length]?.marked).every(({ piece }) => piece === last.piece)
  return { written: below(last.written, rest), exact: holders.length === 1 && isAlone }
}

/** The nearest map around the value that has a place; of several, the first that has the most of the path. */
function nearest(way: Way, path: Path, marks: Marks): Found | null {
  const depth = markedDepth(way, way.length - 1, marks)
  const rest = path.slice(depth)
  const reach = ({ value }: Marked): number =>
    rest.filter((_, i) => valueAt(value, rest.slice(0, i + 1)) != null).length
  const [first] = [...marks.mapsOf(way[depth]?.marked)].sort((a, b) => reach(b) - reach(a))
  return first === undefined ? null : { written: below(first.written, rest), exact: false }
}

/** The deepest step, not below `from`, whose map has a place. */
function markedDepth(way: Way, from: number, marks: Marks): number {
  let depth = from
  while (depth > 0 && marks.mapsOf(way[depth]?.marked).length === 0) depth--
  return depth
}

/** What is not there: where it was taken away, else the nearest that is there. */
function absent(way: Way, path: Path, marks: Marks, pieces: readonly Piece[]): Found | null {
  const depth = markedDepth(way, way.length - 1, marks)
  const missing = path.slice(depth, way.length)
  // A list has lost an item: which one, no mark tells.
  if (typeof missing.at(-1) === 'number') return null
  const maps = marks.mapsOf(way[depth]?.marked)
  const wasThere = maps.some(({ value }) => valueAt(value, missing) != null)
  return wasThere ? takenAway(maps, missing, path.slice(0, way.length), pieces) : nearest(way, path, marks)
}

/** The one place that takes a value away: a null or `$patch: delete` of a patch, or JSON 6902's `remove`. */
function takenAway(maps: readonly Marked[], missing: Path, path: Path, pieces: readonly Piece[]): Found | null {
  const nulls = maps.filter(({ value }) => {
    const child = valueAt(value, missing)
    return child === null || (isMap(child) && child['$patch'] === 'delete')
  })
  const removes = pieces.flatMap((piece) =>
    piece.role !== 'operations'
      ? []
      : listOf(piece.value).flatMap((operation, i): readonly Written[] =>
          isMap(operation) && operation['op'] === 'remove' && isWay(operation['path'], path)
            ? [placeIn(piece, [i, 'path'])]
            : [],
        ),
  )
  const places = [...nulls.map(({ written }) => below(written, missing)), ...removes]
  const [only] = places
  return only === undefined || places.length > 1 ? null : { written: only, exact: true }
}

/** Whether a JSON pointer is a path or leads to it. */
function isWay(pointer: Json | undefined, path: Path): boolean {
  if (typeof pointer !== 'string') return false
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return steps.length <= path.length && steps.every((step, i) => step === String(path[i]))
}

/** A kustomization's `namespace` holds for all that it builds on, and is the name of a Namespace among it; the outermost wins. */
function namespaced({ object, kind }: Resource, path: Path, from: Piece, pieces: readonly Piece[]): Found | null {
  const field = kind === 'Namespace' ? 'name' : 'namespace'
  if (path.length !== 2 || path[0] !== 'metadata' || path[1] !== field) return null
  const saying = pieces.filter(
    ({ role, value }) => role === 'kustomization' && isMap(value) && typeof value['namespace'] === 'string',
  )
  const above = from.folders.flatMap((folder) => saying.filter(({ folders }) => folders.at(-1) === folder))
  const isIt = ({ value }: Piece): boolean => valueAt(value, ['namespace']) === object.metadata[field]
  // What several kustomizations build on is a piece below the first of them alone.
  const said = above.length === 0 ? undefined : (above.find(isIt) ?? saying.find(isIt) ?? above[0])
  return said === undefined ? null : { written: placeIn(said, ['namespace']), exact: isIt(said) }
}

/** An object that no file holds: the entry of the generator that made it. */
function generated(resource: Resource, path: Path, pieces: readonly Piece[]): Trace | null {
  const field = { ConfigMap: 'configMapGenerator', Secret: 'secretGenerator' }[resource.kind]
  if (field === undefined) return null
  const entries = pieces.flatMap((piece) =>
    piece.role !== 'kustomization' || !isMap(piece.value)
      ? []
      : listOf(piece.value[field]).flatMap((entry, i) => (isMap(entry) ? [{ piece, entry, at: [field, i] }] : [])),
  )
  const named = entries.filter(
    ({ entry }) => typeof entry['name'] === 'string' && resource.name.includes(entry['name']),
  )
  const key = path[0] === 'data' || path[0] === 'stringData' ? path[1] : undefined
  // A later generator may add to what an earlier one made, or replace it.
  for (const { piece, entry, at } of named.toReversed()) {
    for (const list of ['literals', 'files', 'envs']) {
      const index = listOf(entry[list]).findIndex((text) => typeof text === 'string' && keyOf(list, text) === key)
      if (key !== undefined && index >= 0)
        return { written: placeIn(piece, [...at, list, index]), exact: list === 'literals', base: null }
    }
  }
  const longest = named.reduce<(typeof named)[number] | null>(
    (best, each) =>
      best === null || String(each.entry['name']).length > String(best.entry['name']).length ? each : best,
    null,
  )
  return longest === null
    ? null
    : { written: placeIn(longest.piece, [...longest.at, 'name']), exact: false, base: null }
}

/** The key that an entry of a generator makes, where the entry itself says it. */
function keyOf(list: string, text: string): string | null {
  const equals = text.indexOf('=')
  if (equals >= 0) return text.slice(0, equals)
  return list === 'files' ? text.slice(text.lastIndexOf('/') + 1) : null
}

/* ---------------------------------------------------------------- values */

function placeIn({ file, document, within }: Piece, path: Path): Written {
  if (within === null) return { file, document, path, within: null }
  return { file, document, path: within.path, within: { document: within.document, path } }
}

function below(written: Written, rest: Path): Written {
  if (written.within === null) return { ...written, path: [...written.path, ...rest] }
  return { ...written, within: { ...written.within, path: [...written.within.path, ...rest] } }
}
