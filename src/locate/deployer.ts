/** Values of a chart that stand in what deploys it: a HelmRelease's `values`, an Application's `valuesObject` and parameters. */
import type { DeployedChart, Json, Path, Tree } from '../model.js'
import { isMap, isSame, listOf, valueAt } from '../parse/json.js'
import { splitDocuments } from '../parse/split.js'
import { parseYaml, positionsOf } from '../parse/yaml.js'
import { inText, wholeFile, type KeyPlace } from './location.js'

/** Where a deployer sets a key of the chart's values; null where it does not. What it sets wins over all files. */
export function deployerPlaces(
  tree: Tree,
  deployed: DeployedChart | undefined,
): (key: readonly string[]) => KeyPlace | null {
  if (deployed === undefined) return () => null
  const { by, set, setString, setFile, values } = deployed
  const whole: KeyPlace = {
    file: by.file,
    path: [],
    exists: true,
    lacks: [],
    document: null,
    location: { ...wholeFile(by.file), line: by.line ?? 1, endLine: by.line ?? 1, precision: 'ancestor' },
  }
  const named = new Set([
    ...[...set, ...setString].map((text) => text.slice(0, text.indexOf('='))),
    ...setFile.map(({ key }) => key),
  ])
  const layers = values.toReversed().map(({ name, text }) => ({ file: name, value: parseYaml(text).value }))
  return (key) => {
    if (named.has(key.join('.'))) return whole
    for (const { file, value } of layers) {
      const path = stepsIn(value, key)
      if (path !== null) return writtenIn(tree, file, value, path) ?? whole
    }
    return null
  }
}

/** Keys and indices of the whole way; null where it is not there. */
function stepsIn(value: Json, key: readonly string[]): Path | null {
  const path: (string | number)[] = []
  let now: Json | undefined = value
  for (const step of key) {
    path.push(Array.isArray(now) ? Number(step) : step)
    now = valueAt(value, path)
    if (now === undefined) return null
  }
  return path
}

/** The place in the document of the file that holds the very map of values; null where none does, or only as a text. */
function writtenIn(tree: Tree, file: string, values: Json, path: Path): KeyPlace | null {
  const bytes = tree.read(file)
  if (bytes === null) return null
  for (const [document, { text, line }] of splitDocuments(bytes, file).documents.entries()) {
    const at = holding(parseYaml(text).value, values, [])
    if (at === null) continue
    const whole = [...at, ...path]
    return {
      file,
      path: whole,
      exists: true,
      lacks: [],
      document,
      location: inText(positionsOf(text), file, line, whole),
    }
  }
  return null
}

/** As deep as the sources of an Application lie. */
const DEEPEST = 8

function holding(value: Json, wanted: Json, path: Path): Path | null {
  if (path.length > 0 && isSame(value, wanted)) return path
  if (path.length > DEEPEST) return null
  const children: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? listOf(value).map((item, i) => [i, item] as const)
    : isMap(value)
      ? Object.entries(value)
      : []
  for (const [step, child] of children) {
    const found = holding(child, wanted, [...path, step])
    if (found !== null) return found
  }
  return null
}
