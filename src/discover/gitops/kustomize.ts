/** Kustomizations as Flux and Argo CD write them before they build: what is there, with what the resource sets. */
import type { Json, JsonObject, Tree } from '../../model.js'
import { isMap, listOf } from '../../parse/json.js'
import { decodeText } from '../../parse/split.js'
import { parseYaml } from '../../parse/yaml.js'
import { KUSTOMIZATION_FILES } from '../kustomization.js'
import { resolvePath } from '../path.js'
import { isSet, mapAt, mapsAt, textAt, textMapAt, textsAt } from './fields.js'

export interface Written {
  /** Tree path of the kustomization file. */
  readonly file: string
  readonly fields: JsonObject
  /** What the deployer would refuse. */
  readonly problems: readonly string[]
}

/** The kustomization file of a folder and what it says; null where there is none, or one that only the build can name the fault of. */
export function kustomizationIn(tree: Tree, folder: string): Pick<Written, 'file' | 'fields'> | null {
  const file = KUSTOMIZATION_FILES.map((name) => child(folder, name)).find((path) => tree.stat(path) === 'file')
  const bytes = file === undefined ? null : tree.read(file)
  if (file === undefined || bytes === null) return null
  const { value } = parseYaml(decodeText(bytes).text)
  return isMap(value) ? { file, fields: value } : null
}

export const child = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

/** https://github.com/fluxcd/pkg, kustomize/kustomize_generator.go */
export function withFlux(
  tree: Tree,
  folder: string,
  { file, fields }: Omit<Written, 'problems'>,
  spec: JsonObject,
): Written {
  const components = textsAt(spec, 'components')
  const problems = components
    .filter((path) => /^(?:\/|[a-z]+:\/\/)/i.test(path))
    .map((path) => `component ${path} must be local and relative`)
  const isThere = (path: string): boolean => tree.stat(resolvePath(folder, path) ?? '..') !== null
  const wanted = isSet(spec, 'ignoreMissingComponents') ? components.filter(isThere) : components
  const patches = mapsAt(spec, 'patches').map(({ patch, target }) => defined({ patch, target }))
  const merges = listOf(spec['patchesStrategicMerge']).map((patch) => JSON.stringify(patch))
  const operations = mapsAt(spec, 'patchesJson6902').map(({ patch, target }) =>
    defined({ patch: JSON.stringify(patch ?? []), target }),
  )
  return {
    file,
    problems,
    fields: {
      ...fields,
      ...texts(spec, { targetNamespace: 'namespace', namePrefix: 'namePrefix', nameSuffix: 'nameSuffix' }),
      ...appended(fields, 'patches', patches),
      ...appended(fields, 'components', wanted),
      ...appended(fields, 'patchesStrategicMerge', merges),
      ...appended(fields, 'patchesJson6902', operations),
      ...withImages(fields, mapsAt(spec, 'images')),
      // kustomize refuses a file that says nothing; Flux asks for origins then.
      ...(listOf(fields['resources']).length === 0 && { buildMetadata: ['originAnnotations'] }),
    },
  }
}

/** Flux lays an image over the entry of that name; a tag and a digest go together. */
function withImages(fields: JsonObject, images: readonly JsonObject[]): JsonObject {
  if (images.length === 0) return {}
  const known = [...listOf(fields['images'])]
  for (const { name = '', newName, newTag, digest } of images) {
    const index = known.findIndex((entry) => isMap(entry) && entry['name'] === name)
    const before = index < 0 ? {} : mapAt(known[index])
    const isVersioned = Boolean(newTag) || Boolean(digest)
    const entry = defined({
      ...before,
      name,
      ...(newName ? { newName } : {}),
      ...(isVersioned ? { newTag, digest } : {}),
    })
    if (index < 0) known.push(entry)
    else known[index] = entry
  }
  return { images: known }
}

/** https://github.com/argoproj/argo-cd, util/kustomize/kustomize.go: `kustomize edit`, command by command. */
export function withArgo(
  tree: Tree,
  folder: string,
  { file, fields }: Omit<Written, 'problems'>,
  options: JsonObject,
  filled: (text: string) => string,
): Written {
  const problems: string[] = []
  const images = textsAt(options, 'images').map((text) => imageOf(filled(text)))
  const replicas = mapsAt(options, 'replicas').map(({ name = '', count = 0 }) => ({ name, count: Number(count) }))
  const labels = mapped(textMapAt(options, 'commonLabels'), filled)
  const isSeparate = isSet(options, 'labelWithoutSelector') || isSet(options, 'labelIncludeTemplates')
  const annotations = mapped(
    textMapAt(options, 'commonAnnotations'),
    isSet(options, 'commonAnnotationsEnvsubst') ? filled : (text) => text,
  )
  const added = (key: 'commonLabels' | 'commonAnnotations', entries: JsonObject, force: boolean): JsonObject => {
    if (Object.keys(entries).length === 0) return {}
    const taken = Object.keys(entries).filter((name) => Object.hasOwn(mapAt(fields, key), name))
    if (!force && taken.length > 0) problems.push(`${key} has ${taken.join(', ')} already, and nothing forces another`)
    return { [key]: { ...mapAt(fields, key), ...entries } }
  }
  const isThere = (path: string): boolean => tree.stat(resolvePath(folder, path) ?? '..') !== null
  const components = textsAt(options, 'components')
  return {
    file,
    problems,
    fields: {
      ...fields,
      ...texts(options, { namePrefix: 'namePrefix', nameSuffix: 'nameSuffix', namespace: 'namespace' }),
      ...(images.length > 0 && { images: overNamed(listOf(fields['images']), images) }),
      ...(replicas.length > 0 && { replicas: overNamed(listOf(fields['replicas']), replicas) }),
      ...(isSeparate
        ? Object.keys(labels).length > 0 &&
          appended(fields, 'labels', [
            { pairs: labels, includeSelectors: false, includeTemplates: isSet(options, 'labelIncludeTemplates') },
          ])
        : added('commonLabels', labels, isSet(options, 'forceCommonLabels'))),
      ...added('commonAnnotations', annotations, isSet(options, 'forceCommonAnnotations')),
      ...appended(fields, 'patches', mapsAt(options, 'patches')),
      ...appended(
        fields,
        'components',
        isSet(options, 'ignoreMissingComponents') ? components.filter(isThere) : components,
      ),
    },
  }
}

/** An image as of `kustomize edit set image`: `name=new:tag@digest`, `name:tag`, `name@digest`, `name=new`. */
function imageOf(text: string): JsonObject & { readonly name: string } {
  const equals = text.indexOf('=')
  const [, rest = '', digest] = /^([^@]*)(?:@(.*))?$/s.exec(text.slice(equals + 1)) ?? []
  const [, name = '', tag] = /^(.*?)(?::([\w.-]*|\*))?$/s.exec(rest) ?? []
  const versions = { ...(tag ? { newTag: tag } : {}), ...(digest ? { digest } : {}) }
  return equals < 0 ? { name, ...versions } : { name: text.slice(0, equals), newName: name, ...versions }
}

/** An entry takes the place of the one of its name; `*` keeps what that said. */
function overNamed(before: readonly Json[], entries: readonly JsonObject[]): readonly Json[] {
  const nameOf = (entry: Json | undefined): string => textAt(entry, 'name')
  const kept = before.filter((entry) => !entries.some((other) => nameOf(other) === nameOf(entry)))
  const replaced = entries.map((entry) => {
    const old = before.find((other) => nameOf(other) === nameOf(entry))
    return defined(
      Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, value === '*' ? mapAt(old)[key] : value])),
    )
  })
  return [...kept, ...replaced]
}

function appended(fields: JsonObject, key: string, entries: readonly Json[]): JsonObject {
  return entries.length === 0 ? {} : { [key]: [...listOf(fields[key]), ...entries] }
}

/** The texts of `from` under the names that a kustomization has for them. */
function texts(from: JsonObject, names: { readonly [key: string]: string }): JsonObject {
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, name]) => (textAt(from, key) === '' ? [] : [[name, textAt(from, key)]])),
  )
}

function defined(entries: { readonly [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== null),
  )
}

function mapped(
  entries: { readonly [key: string]: string },
  change: (text: string) => string,
): { readonly [key: string]: string } {
  return Object.fromEntries(Object.entries(entries).map(([key, text]) => [key, change(text)]))
}
