/**
 * Own charts in test/charts/sources/, one a construct, and beside each where every field of what it renders comes from:
 * the template's line, and the values key behind it. `UPDATE_GOLDEN=1` writes them anew; look at the difference.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { defaults } from '../../src/config.js'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { gather } from '../../src/gate.js'
import { locatorOf, type Located, type Location } from '../../src/locate/locate.js'
import type { Json, Path, Resource } from '../../src/model.js'
import { pathText } from '../../src/report/words.js'
import { filesBelow, startTestEngines, type TestEngines } from '../host/engines.js'

const FOLDER = 'test/charts/sources'

let started: TestEngines

beforeAll(() => {
  started = startTestEngines()
})
afterAll(() => started.close())

const charts = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

describe('where what a chart renders comes from', () => {
  test.each(charts)('%s', async (name) => {
    const golden = join(FOLDER, `${name}.txt`)
    const told = await tell(name)
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, told)
    expect(told).toBe(readFileSync(golden, 'utf8'))
  })
})

async function tell(name: string): Promise<string> {
  const folder = join(FOLDER, name)
  const prefix = existsSync(join(folder, 'Chart.yaml')) ? 'chart/' : ''
  const tree = memoryTree(
    Object.fromEntries(filesBelow(folder).map((file) => [`${prefix}${file.name}`, Buffer.from(file.content)])),
  )
  const scope = { paths: [''], ignore: defaults.ignore, render: defaults.render, context: [], groups: new Map() }
  const { resources, sources, unjudged } = await gather(tree, scope, started.engines, () => undefined)
  expect(unjudged).toEqual([])
  const absent = existsSync(join(folder, 'absent.json'))
    ? (JSON.parse(readFileSync(join(folder, 'absent.json'), 'utf8')) as { path: Path; wanted: Json }[])
    : []
  const places = resources
    .filter(({ origin }) => origin.kind === 'chart')
    .flatMap((resource) => [
      ...leavesOf(resource.object, []).map((path) => ({ resource, path, values: true, wanted: null })),
      ...absent.map((each) => ({ resource, ...each, values: true })),
    ])
  const locate = await locatorOf(tree, sources, started.engines, places)
  const resourcesToTell = [...new Set(places.map(({ resource }) => resource))]
  return resourcesToTell
    .map((resource) => {
      const { environment, file, document } = resource.origin
      const own = places.filter((place) => place.resource === resource)
      const lines = own.map(
        (place) => `  ${pathText(place.path)}\n    ${describeLocated(locate(place)).join('\n    ')}`,
      )
      const title = `${nameOf(resource)}, ${file} document ${document}`
      return [environment.label === null ? title : `${title}, ${environment.label}`, ...lines, ''].join('\n')
    })
    .join('\n')
}

const nameOf = ({ kind, name }: Resource): string => `${kind} ${name}`

function leavesOf(value: unknown, path: Path): readonly Path[] {
  const entries: (readonly [string | number, unknown])[] = Array.isArray(value)
    ? (value as readonly unknown[]).map((item, i) => [i, item] as const)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : []
  return entries.length === 0 ? [path] : entries.flatMap(([step, item]) => leavesOf(item, [...path, step]))
}

function describeLocated({ location, annotation, related, keys, literal, lacks }: Located): readonly string[] {
  const isElsewhere = JSON.stringify(annotation) !== JSON.stringify(location)
  return [
    `${placeText(location)}${literal ? ', literal' : ''}`,
    ...keys.map(({ tier, key, part, exists, file, path, location: at, others }) =>
      [
        `${tier} ${key.join('.')}`,
        ...(part === '' ? [] : [`for ${JSON.stringify(part)}`]),
        `in ${file} at ${path.join('.')}${exists ? '' : ', which it lacks'}: line ${at.line}`,
        ...(others === 0 ? [] : [`with ${others} more`]),
      ].join(' '),
    ),
    ...related.filter(({ key }) => key === undefined).map(({ why, file, line }) => `${why} ${file}:${line}`),
    ...(lacks === null ? [] : [`lacks ${pathText(lacks.path)} in ${lacks.file}`]),
    ...(isElsewhere ? [`annotated at ${placeText(annotation)}`] : []),
  ]
}

const placeText = ({ file, line, column, endColumn, precision }: Location): string =>
  `${file}:${line}:${column}-${endColumn} ${precision}`
