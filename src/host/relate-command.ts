/** `ringfence connections`, `permissions` and `mtls`: what `relate` found, and what changed of it since a commit. */
import { loadDistribution } from '../configured.js'
import { mergedUnjudged } from '../decide/decide.js'
import { gather, type Gathered, type Progress } from '../gate.js'
import type { Unjudged } from '../model.js'
import { unreadablePods } from '../relate/index/pod-problems.js'
import { connectionsOf } from '../relate/network/connections.js'
import { mtlsOf } from '../relate/resolve/mesh.js'
import { permissionsOf } from '../relate/resolve/permissions.js'
import type { World } from '../relate/world.js'
import { withNotFetched } from '../render/lacking.js'
import { connectionRows, formatConnections } from '../report/connections.js'
import {
  jsonSections,
  mermaidSections,
  RELATE_FORMATS,
  textSections,
  type RelateFormat,
  type Rows,
} from '../report/environments.js'
import { logLine, plain } from '../report/escape.js'
import { formatMtls, mtlsLines, mtlsRows } from '../report/mtls.js'
import { formatPermissions, permissionRows } from '../report/permissions.js'
import { enginesOf, fetchedOf, open } from '../run.js'
import { worldsOf, type Worlds } from '../worlds.js'
import { argumentsOf } from './arguments.js'
import { diskTree } from './files.js'
import { GateError } from './gate-error.js'
import { gitTree } from './git-tree.js'

const OPTIONS = {
  format: { type: 'string', default: 'text' },
  base: { type: 'string' },
  config: { type: 'string' },
} as const

/** What is told of one environment; with a base, what changed of it. */
interface Told {
  readonly in: (format: 'text' | 'mermaid') => string
  readonly rows: () => Rows
}

type Tell = (head: World, base: World | null) => Told

const COMMANDS = {
  connections: telling(connectionsOf, formatConnections, connectionRows),
  permissions: telling(permissionsOf, formatPermissions, permissionRows),
  mtls: telling((world) => mtlsLines(mtlsOf(world)), formatMtls, mtlsRows),
} as const satisfies { readonly [name: string]: Tell }

function telling<Found>(
  find: (world: World) => Found,
  print: (head: Found, base: Found | null, format: 'text' | 'mermaid') => string,
  rowsOf: (head: Found, base: Found | null) => Rows,
): Tell {
  return (head, base) => {
    const [found, before] = [find(head), base === null ? null : find(base)]
    return { in: (format) => print(found, before, format), rows: () => rowsOf(found, before) }
  }
}

export interface RelateResult {
  /** What to print. */
  readonly text: string
  /** A line for each thing that could not be read, rendered or understood: what is printed may lack it. */
  readonly unjudged: readonly string[]
}

/** Throws `GateError` where the gate cannot do its work. */
export async function relateCommand(
  command: keyof typeof COMMANDS,
  args: readonly string[],
  cwd: string,
  distribution: URL,
  onProgress: Progress,
): Promise<RelateResult> {
  const { values, positionals } = argumentsOf(command, { args: [...args], allowPositionals: true, options: OPTIONS })
  const format = RELATE_FORMATS.find((name) => name === values.format)
  if (format === undefined) throw new GateError(`--format ${values.format}: there are ${RELATE_FORMATS.join(', ')}`)
  const asked = { cwd, paths: positionals.length === 0 ? ['.'] : positionals, config: values.config ?? null }
  const nothingMore = { each: false, stage: '', failOn: '', tightenOnly: false }
  const loaded = loadDistribution(distribution)
  const { root, shown, scopes, config } = await open({ ...asked, ...nothingMore }, loaded)
  const [scope] = scopes
  if (scope === undefined) throw new Error('several paths are one scope')

  const fetched = await fetchedOf(config, scopes)
  const { tree, unjudged: notFetched } = await fetched(diskTree(root))
  const before = values.base === undefined ? null : (await fetched(gitTree(root, values.base))).tree
  const engines = enginesOf(distribution)
  try {
    const head = await gather(tree, scope, engines, onProgress)
    // A path that is new in the head is nothing in the base.
    const paths = scope.paths.filter((path) => before !== null && before.stat(path) !== null)
    const base = before === null ? null : await gather(before, { ...scope, paths }, engines, onProgress)
    const worlds = worldsOf(head, base)
    const heads = worlds.map((world) => world.head)
    const bases = worlds.flatMap((world) => world.base ?? [])
    const line = (where: string) => (item: Unjudged) => logLine(`not judged${where}: ${describe(item, shown)}`)
    return {
      text: printed(COMMANDS[command], worlds, format),
      unjudged: [
        ...withNotFetched([unjudgedOf(head, heads)], notFetched)
          .flat()
          .map(line('')),
        ...(base === null ? [] : unjudgedOf(base, bases)).map(line(` in ${plain(values.base ?? '')}`)),
      ],
    }
  } finally {
    await engines.close()
  }
}

function printed(tell: Tell, worlds: readonly Worlds[], format: RelateFormat): string {
  const told = worlds.map(({ environment, head, base }) => ({ name: environment.name ?? '', ...tell(head, base) }))
  if (format === 'json') return jsonSections(told.map(({ name, rows }) => ({ environment: name, content: rows() })))
  const sections = told.map(({ name, in: print }) => ({ environment: name, content: print(format) }))
  return format === 'text' ? textSections(sections) : mermaidSections(sections)
}

function unjudgedOf(gathered: Gathered, worlds: readonly World[]): readonly Unjudged[] {
  return mergedUnjudged([...gathered.unjudged, ...worlds.flatMap(unreadablePods)])
}

function describe({ file, line, reason, environments }: Unjudged, shown: (file: string) => string): string {
  const where = environments.length === 0 ? '' : ` (${environments.join(', ')})`
  return plain(`${shown(file)}${line === null ? '' : `:${line}`}: ${reason}${where}`)
}
