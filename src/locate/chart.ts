/**
 * Where what a chart rendered comes from. The engine renders the templates in question once more, with marks, and says for
 * each line which template line put it out; and it says which values are behind a field (docs/adr/0005). One call a chart
 * and environment, and only for what is asked.
 */
import type { ChartRender, ChartSource, Json, Path, Place, Resource, Source, Tree } from '../model.js'
import { isMap } from '../parse/json.js'
import { parseYaml, positionsOf } from '../parse/yaml.js'
import { chartFiles, join, type ChartFile } from '../render/chart.js'
import type { DocumentTrace, FieldTrace, TraceEngine, TracedKey } from '../render/engines.js'
import { withoutMissing } from '../render/missing.js'
import { helmRequest } from '../render/chart-render.js'
import {
  inText,
  lacking,
  located,
  wholeFile,
  type KeyPlace,
  type Lack,
  type Located,
  type Location,
  type RelatedPlace,
  type ValuesKey,
} from './location.js'
import { valuesFiles, type ValuesFiles } from './values.js'

/** A place whose lines are asked for. */
export interface WantedPlace extends Place {
  /** Whether the values behind it are asked for, too. */
  readonly values: boolean
  /** What the value should be; null where nobody says. */
  readonly wanted: Json
}

type LocateInChart = (place: Place) => Located

/** Fields that one call of the engine traces: its time has a limit. */
const FIELDS_A_CALL = 20

/** Asks the engine for all places in charts, and gives what finds one of them again. */
export async function chartLocator(
  tree: Tree,
  sources: readonly Source[],
  engine: TraceEngine,
  places: readonly WantedPlace[],
): Promise<LocateInChart> {
  const charts = new Map(sources.flatMap((source) => (source.kind === 'chart' ? [[source.id, source] as const] : [])))
  const runs = new Map<string, { readonly source: ChartSource; readonly render: ChartRender; places: WantedPlace[] }>()
  for (const place of places.filter(({ resource }) => isRendered(resource))) {
    const { source: id, environment, by } = place.resource.origin
    const source = charts.get(id)
    const render = source?.renders.find(
      (each) =>
        each.environment.name === environment.name &&
        each.environment.label === environment.label &&
        each.deployed?.by.name === by,
    )
    if (source === undefined || render === undefined) continue
    const key = JSON.stringify([id, environment.name, environment.label, by])
    const run = runs.get(key) ?? { source, render, places: [] }
    run.places.push(place)
    runs.set(key, run)
  }
  const traced = await Promise.all(
    [...runs.values()].map((run) => traceRun(tree, run.source, run.render, run.places, engine)),
  )
  const found = new Map<Resource, Map<string, Located>>()
  for (const each of traced) {
    for (const { place, at } of each) {
      const known = found.get(place.resource) ?? new Map<string, Located>()
      found.set(place.resource, known.set(JSON.stringify(place.path), at))
    }
  }
  return ({ resource, path }) =>
    found.get(resource)?.get(JSON.stringify(path)) ??
    located({ ...wholeFile(resource.origin.file), precision: 'template' })
}

const isRendered = ({ origin, declared }: Resource): boolean =>
  declared && origin.kind === 'chart' && origin.line === null && origin.template !== undefined

/** A document that places lie in. */
interface Wanted {
  readonly document: { readonly template: string; readonly index: number; readonly text: string }
  /** One a path. */
  readonly places: Map<string, WantedPlace>
}

async function traceRun(
  tree: Tree,
  source: ChartSource,
  render: ChartRender,
  places: readonly WantedPlace[],
  engine: TraceEngine,
): Promise<readonly { readonly place: WantedPlace; readonly at: Located }[]> {
  const files = chartFiles(tree, source.id)
  const request = helmRequest(tree, render, withoutMissing(files))
  const chart = new Chart(tree, source.id, render, files)
  const parts = await Promise.all(
    batches(wantedOf(places)).map(async (batch) => {
      const asked = batch.flatMap(({ places }, document) =>
        [...places.values()].map((place) => ({ document, place, path: [...place.resource.path, ...place.path] })),
      )
      const fields = asked.filter(({ place }) => place.values)
      const documents = batch.map(({ document }) => document)
      const whole = await engine.trace({
        ...request,
        documents,
        fields: fields.map(({ document, path, place }) => ({ document, path, wanted: place.wanted })),
      })
      // What took too long are the values: the lines cost one render.
      const trace = whole.error?.stage === 'limit' ? await engine.trace({ ...request, documents, fields: [] }) : whole
      const keys = new Map(fields.map(({ place }, i) => [place, trace.fields[i]]))
      return asked.map(({ document, place, path }) => ({
        place,
        at: chart.locate(
          place,
          path,
          batch[document] as Wanted,
          trace.documents[document],
          trace.sources,
          keys.get(place),
        ),
      }))
    }),
  )
  // What was asked for by several findings is one field.
  const byKey = new Map(parts.flat().map(({ place, at }) => [keyOf(place), at]))
  return places.flatMap((place) => {
    const at = byKey.get(keyOf(place))
    return at === undefined ? [] : [{ place, at }]
  })
}

const documentKey = ({ origin, text }: Resource): string => JSON.stringify([origin.template, origin.document, text])

const keyOf = ({ resource, path }: WantedPlace): string =>
  JSON.stringify([documentKey(resource), [...resource.path, ...path]])

function wantedOf(places: readonly WantedPlace[]): readonly Wanted[] {
  const wanted = new Map<string, Wanted>()
  for (const place of places) {
    const { origin, text } = place.resource
    const document = { template: origin.template ?? '', index: origin.document, text }
    const each = wanted.get(documentKey(place.resource)) ?? { document, places: new Map<string, WantedPlace>() }
    const known = each.places.get(keyOf(place))
    // The one that says most stands for all.
    if (known === undefined || (!known.values && place.values) || (known.wanted === null && place.wanted !== null)) {
      each.places.set(keyOf(place), place)
    }
    wanted.set(documentKey(place.resource), each)
  }
  return [...wanted.values()]
}

/** Documents of one template stay together: the engine traces template by template. */
function batches(wanted: readonly Wanted[]): readonly (readonly Wanted[])[] {
  const templates = new Map<string, Wanted[]>()
  for (const each of wanted) {
    const { template } = each.document
    templates.set(template, [...(templates.get(template) ?? []), each])
  }
  const all: Wanted[][] = []
  let room = 0
  for (const own of templates.values()) {
    const size = own.reduce((sum, { places }) => sum + places.size, 0)
    if (room < size) {
      all.push([])
      room = FIELDS_A_CALL
    }
    all.at(-1)?.push(...own)
    room -= size
  }
  return all
}

/** One render of one chart, and what is known of its files. */
class Chart {
  private readonly paths: ReadonlyMap<string, string>
  private readonly values: ValuesFiles
  private readonly lines = new Map<string, readonly string[]>()

  constructor(
    private readonly tree: Tree,
    private readonly folder: string,
    render: ChartRender,
    files: readonly ChartFile[],
  ) {
    this.paths = new Map(files.map(({ name, path }) => [name, path]))
    this.values = valuesFiles(tree, folder, render, (below) => this.isVendored(below))
  }

  locate(
    { resource, path: inResource }: WantedPlace,
    path: Path,
    { document }: Wanted,
    trace: DocumentTrace | undefined,
    sources: readonly string[],
    field: FieldTrace | undefined,
  ): Located {
    const position = positionsOf(document.text)(path)
    const [from, line, call] = trace?.lines[position.line - 1] ?? [-1, 0, 0]
    const { origin } = resource
    const source = sources[from]
    const own = this.realPath(origin.file)
    const written = document.text.split('\n')[position.line - 1] ?? ''
    const shown = position.endLine === position.line ? written.slice(position.column - 1, position.endColumn - 1) : ''
    const file = source === undefined ? own : (this.paths.get(source) ?? null)
    const location =
      file === null || own === null
        ? this.dependency(origin.vendored ?? origin.file, origin.template)
        : source === undefined || trace?.exact !== true
          ? { ...wholeFile(file), precision: 'template' as const }
          : this.inTemplate(file, line, shown, position.exact)
    const dependency = origin.vendored === null ? null : this.dependency(origin.vendored, origin.template)
    const keys = (field?.keys ?? []).flatMap((key) => this.keyOf(key, origin.vendored !== null))
    const callSite: readonly RelatedPlace[] =
      call > 0 && own !== null ? [{ file: own, line: call, why: 'call site' }] : []
    const related = [
      ...keys.map(({ tier, file, location, key }): RelatedPlace => ({
        file,
        line: location.line,
        why: tier,
        key: key.join('.'),
      })),
      ...callSite,
      ...(dependency === null ? [] : [{ file: dependency.file, line: dependency.line, why: 'vendored' as const }]),
    ]
    const deciding = decidingOf(keys)
    // What is vendored is not edited: an override is, also in a file that has none yet.
    const sitsAtKey = deciding !== null && (dependency !== null || deciding.location.precision !== 'file')
    return {
      location,
      annotation: sitsAtKey ? deciding.location : (dependency ?? location),
      related,
      keys,
      deciding,
      lacks: lackOf(resource, inResource, location, deciding),
      literal: field?.literal ?? false,
      written: null,
      reads: field?.reads ?? false,
    }
  }

  private keyOf({ tier, path, part, others }: TracedKey, isVendored: boolean): readonly ValuesKey[] {
    // What a name is put together from mends nothing, though the name would change with it.
    if (NAMING.has(path.at(-1) ?? '')) return []
    const found: KeyPlace | null = isVendored ? this.values.override(path) : this.values.place(path)
    if (found === null) return []
    const everywhere = found.exists ? null : this.values.everywhere(path)
    return [{ tier, key: path, part, others, ...found, everywhere }]
  }

  /** The tree path of a file that is named below the chart's folder; null inside an archive. */
  private realPath(file: string): string | null {
    const prefix = this.folder === '' ? '' : `${this.folder}/`
    const inChart = file.startsWith(prefix) ? file.slice(prefix.length) : file
    return this.paths.get(inChart) ?? null
  }

  private isVendored(folder: string): boolean {
    const dependencies = this.listed()
    const name = folder.slice(folder.lastIndexOf('/') + 1)
    return dependencies.some(({ names, isRemote }) => isRemote && names.includes(name))
  }

  /**
   * Where Chart.yaml lists the dependency that brought a path like `charts/redis-1.2.3.tgz`; the file where it does not.
   * Of one that is there under several names, the template says by which.
   */
  private dependency(path: string, template = ''): Location {
    const below = path.startsWith(`${this.folder}/`) ? path.slice(this.folder.length + 1) : path
    const [, entry = ''] = below.split('/')
    const matching = this.listed().filter(({ names }) =>
      names.some(
        (name) => entry === name || (entry.startsWith(`${name}-`) && /^\d.*\.tgz$/.test(entry.slice(name.length + 1))),
      ),
    )
    const [, , calledAs = ''] = template.split('/')
    const match = matching.find(({ names }) => names.at(-1) === calledAs) ?? matching[0]
    const file = match?.file ?? join(this.folder, 'Chart.yaml')
    if (match === undefined) return wholeFile(file)
    const text = new TextDecoder().decode(this.tree.read(file) ?? new Uint8Array())
    return { ...inText(positionsOf(text), file, 1, ['dependencies', match.index, 'name']), precision: 'ancestor' }
  }

  private listed(): readonly Listed[] {
    return ['Chart.yaml', 'requirements.yaml'].flatMap((name) => {
      const file = join(this.folder, name)
      const bytes = this.tree.read(file)
      const { value } = bytes === null ? { value: null } : parseYaml(new TextDecoder().decode(bytes))
      const list = isMap(value) ? value['dependencies'] : null
      if (!Array.isArray(list)) return []
      return (list as readonly Json[]).map((each, index) => {
        const of = (key: string): string => (isMap(each) && typeof each[key] === 'string' ? each[key] : '')
        const repository = of('repository')
        return {
          file,
          index,
          names: [of('name'), of('alias')].filter((n) => n !== ''),
          isRemote: repository !== '' && !repository.startsWith('file://'),
        }
      })
    })
  }

  /** A line of a template, and on it what the rendered line shows, where that stands there as it is. */
  private inTemplate(file: string, line: number, shown: string, exact: boolean): Location {
    const lines = this.lines.get(file) ?? new TextDecoder().decode(this.tree.read(file) ?? new Uint8Array()).split('\n')
    this.lines.set(file, lines)
    const text = (lines[line - 1] ?? '').trimEnd()
    const key = /^[^\s:]+:/.exec(shown)?.[0] ?? ''
    const whole = shown === '' ? -1 : text.indexOf(shown)
    const start = whole >= 0 ? whole : key === '' ? -1 : text.indexOf(key)
    const column = start >= 0 ? start : text.length - text.trimStart().length
    return {
      file,
      line,
      column: column + 1,
      endLine: line,
      endColumn: (whole >= 0 ? whole + shown.length : text.length) + 1,
      precision: exact ? 'exact' : 'ancestor',
    }
  }
}

/** Of every chart that `helm create` began (helm.sh/helm/v4 pkg/chart/v2/util, create.go). */
const NAMING: ReadonlySet<string> = new Set(['nameOverride', 'fullnameOverride'])

/** Where the values decide, they are mended: of an image the tag, which comes last, is what most often matters. */
function decidingOf(keys: readonly ValuesKey[]): ValuesKey | null {
  const inFile = keys.filter(({ location }) => location.precision !== 'file')
  return (
    inFile.filter(({ tier }) => tier === 'value').at(-1) ??
    inFile.find(({ tier }) => tier === 'settable at') ??
    keys.filter(({ tier }) => tier === 'value').at(-1) ??
    keys.find(({ tier }) => tier === 'settable at') ??
    null
  )
}

/** What is missing: a key of the values, which an override of a subchart's is too, or what the template leaves out. */
function lackOf(
  { object, origin }: Resource,
  path: Path,
  { file, precision }: Location,
  deciding: ValuesKey | null,
): Lack | null {
  if (deciding !== null) {
    const { file: values, lacks, part } = deciding
    const isWhole = lacks.length > 0 && part === '' && !lacks.some((step) => typeof step === 'number')
    return isWhole ? { file: values, path: lacks } : null
  }
  const missing = lacking(object as unknown as Json, path)
  return missing !== null && precision === 'ancestor' && origin.vendored === null ? { file, path: missing } : null
}

interface Listed {
  readonly file: string
  readonly index: number
  readonly names: readonly string[]
  readonly isRemote: boolean
}
