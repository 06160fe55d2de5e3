/**
 * locate: from a place in a resource to lines of the repository. Only files with findings are looked at. A line is
 * claimed only where it is known; where not, the precision says so.
 */
import type { Path, Place, Resource, Source, Tree } from '../model.js'
import { parseYaml, positionsOf } from '../parse/yaml.js'
import { splitDocuments } from '../parse/split.js'
import type { TraceEngine } from '../render/engines.js'
import { chartLocator, type WantedPlace } from './chart.js'
import { inText, located, wholeFile, type Located, type Location } from './location.js'

export type { WantedPlace } from './chart.js'
export type { Located, Location, RelatedPlace, ValuesKey } from './location.js'

export type Locate = (place: Place) => Located

type Positions = ReturnType<typeof positionsOf>

/**
 * A function that locates; it remembers what it parsed. Charts are rendered again for what is `wanted` in them, and know
 * of other places no more than the template.
 */
export async function locatorOf(
  tree: Tree,
  sources: readonly Source[],
  engine: TraceEngine,
  wanted: readonly WantedPlace[],
): Promise<Locate> {
  const inChart = await chartLocator(tree, sources, engine, wanted)
  const texts = new Map<string, Positions>()
  const positions = (text: string): Positions => {
    const known = texts.get(text) ?? positionsOf(text)
    texts.set(text, known)
    return known
  }
  return (place) => {
    const { resource, path } = place
    const { kind, file, line } = resource.origin
    if (!resource.declared) return located(atFirstLine(resource))
    if (kind === 'kustomization') return located(inOriginal(tree, positions, resource, path))
    // What is rendered has no line; what is written, a chart's CRDs too, has.
    if (kind === 'chart' && (line === null || tree.stat(file) !== 'file')) return inChart(place)
    return located(inText(positions(resource.text), file, line ?? 1, [...resource.path, ...path]))
  }
}

/** A stand-in has no text of its own: it is shown where what it stands for is first used. */
function atFirstLine(resource: Resource): Location {
  const { file, line } = resource.origin
  return { ...wholeFile(file), line: line ?? 1, endLine: line ?? 1 }
}

/**
 * A kustomized resource, in the file it was written in. The line is claimed only where that file holds the very value
 * that was judged, or lacks what the judged object lacks; what a patch or transformer brought is not in it.
 */
function inOriginal(tree: Tree, positions: (text: string) => Positions, resource: Resource, path: Path): Location {
  const { file } = resource.origin
  const bytes = tree.read(file)
  if (bytes === null) return wholeFile(file)
  const { documents } = splitDocuments(new TextDecoder().decode(bytes))
  const written = documents
    .map(({ text, line }) => ({ text, line, ...parseYaml(text) }))
    .filter(({ problem, value }) => problem === null && mayBe(value, resource))
    .reduce<Written | null>(
      (best, each) => (best !== null && nameIn(best.value).length >= nameIn(each.value).length ? best : each),
      null,
    )
  if (written === null) return wholeFile(file)
  const isSame = JSON.stringify(at(written.value, path)) === JSON.stringify(at(resource.object, path))
  const location = inText(positions(written.text), file, written.line, isSame ? path : [])
  return isSame ? location : { ...location, precision: 'file' }
}

interface Written {
  readonly text: string
  readonly line: number
  readonly value: unknown
}

/** kustomize may put a prefix and a suffix around the name it found: of several, the longest is meant. */
function mayBe(value: unknown, resource: Resource): boolean {
  const name = nameIn(value)
  return at(value, ['kind']) === resource.kind && name !== '' && resource.name.includes(name)
}

function nameIn(value: unknown): string {
  const name = at(value, ['metadata', 'name'])
  return typeof name === 'string' ? name : ''
}

function at(value: unknown, path: Path): unknown {
  let found = value
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<string | number, unknown>)[step]
  }
  return found
}
