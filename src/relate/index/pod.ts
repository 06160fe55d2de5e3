/**
 * Where the kinds keep their pods. A resource has one pod as a rule; a few kinds (workflows, pipelines, training jobs,
 * search clusters) have several, each judged by itself.
 */
import type { Container, JsonObject, Path, Pod, Resource, Volume } from '../../model.js'
import { isPlain } from '../plain.js'
import { isObject } from '../world.js'
import { containersOf, type Draft, type DraftContainer, listed } from './pod-draft.js'
import { podsByShape } from './pod-shape.js'
import { type Layer, securityOf } from './pod-security.js'
import { podsOfTask } from './pod-tekton.js'
import { podsOfWorkflow } from './pod-argo.js'
import { podsOfFields } from './pod-fields.js'
import { labelsOfOperator } from './pod-labels.js'
import { podsOfMachine } from './pod-machine.js'
import { podsOfSpark } from './pod-spark.js'
import { isPattern, type OwnContainer, type Place, placesOf, valuesAt } from './pod-places.js'

type Fields = { readonly [key: string]: unknown }

const NOTHING: { readonly [key: string]: never } = {}

/** The pod of a resource, wherever its kind keeps the template; null where it has none. The first where it has several. */
export function podOf(resource: Resource): Pod | null {
  return podsOf(resource)[0] ?? null
}

/**
 * Every pod of a resource, in document order: of the kinds that are known, and, in kinds that are not, whatever has
 * the shape of a pod (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec).
 */
export function podsOf({ group, kind, object }: Resource): readonly Pod[] {
  if (isPlain({ group, kind })) return NO_PODS
  const before = known.get(object)
  if (before !== undefined) return before
  const pods = isPattern(group, kind) ? [] : draftsOf(group, kind, object, [], new Set()).map(complete)
  known.set(object, pods)
  return pods
}

const NO_PODS: readonly Pod[] = []

/** An object is the same in every environment that it belongs to. */
const known = new WeakMap<Resource['object'], readonly Pod[]>()

/** The pods of a resource, or of one that another embeds at `prefix`. */
function draftsOf(group: string, kind: string, object: Fields, prefix: Path, seen: Set<unknown>): readonly Draft[] {
  const places = placesOf(group, kind)
  const placed = places.flatMap((place) => draftsAt(group, kind, object, place, prefix))
  if (places.some((place) => place.required)) return placed
  const known = [
    ...placed,
    ...podsOfWorkflow(group, kind, object, prefix),
    ...podsOfTask(group, kind, object, prefix),
    ...podsOfSpark(group, kind, object, prefix),
    ...podsOfMachine(group, kind, object, prefix),
    ...podsOfFields(group, kind, object, prefix),
  ]
  // Nothing escapes by lying beside the place that is known.
  const claimed = new Set(known.flatMap((draft) => draft.claims))
  return [...known, ...podsByShape(object, prefix, claimed, seen, draftsOf)]
}

function draftsAt(group: string, kind: string, object: Fields, place: Place, prefix: Path): readonly Draft[] {
  // A reference (`scaleTargetRef`) names a kind, too, and has no pod.
  const required = place.required && prefix.length === 0
  // An operator makes the pod of what holds the template, with or without one.
  const holders =
    place.own.length === 0 ? null : new Set(valuesAt(object, place.keys.slice(0, -1), prefix).flatMap(pathsOfObjects))
  return valuesAt(object, place.keys, prefix).flatMap(({ value, path }) => {
    const template = place.form === 'template'
    const spec = template ? (isObject(value) ? value['spec'] : undefined) : value
    if (!isObject(spec) && !required && holders?.has(path.slice(0, -1).join('/')) !== true) return []
    const at = template ? [...path, 'spec'] : path
    const own = isObject(spec) ? spec : NOTHING
    return [
      {
        path: at,
        spec: own,
        metadataPath: template ? [...path, 'metadata'] : [...prefix, ...place.metadata],
        metadata: template ? isObject(value) && value['metadata'] : valuesAt(object, place.metadata, [])[0]?.value,
        labels: place.partial ? labelsOfOperator(group, kind, object, null) : NOTHING,
        containers: containersAt(own, at, place),
        volumes: null,
        origins: NOTHING,
        partial: place.partial,
        byShape: false,
        claims: [spec],
      },
    ]
  })
}

function pathsOfObjects({ value, path }: { readonly value: unknown; readonly path: Path }): readonly string[] {
  return isObject(value) ? [path.join('/')] : []
}

/** The containers as an operator merges them: what is written of its own ones goes over what it sets itself. */
function containersAt(spec: Fields, path: Path, { own, inline = [] }: Place): readonly DraftContainer[] | null {
  if (own.length === 0 && inline.length === 0) return null
  const layerOf = (at: Path, { defaults }: OwnContainer): readonly Layer[] =>
    defaults === null ? [] : [{ path: [...at, 'securityContext'], context: defaults }]
  const written = containersOf(spec, path).map((container) => {
    const mine = own.find(({ name }) => name === container.name)
    return mine === undefined ? container : { ...container, under: layerOf(container.path, mine) }
  })
  const inner = inline.flatMap((key) => {
    const container = spec[key]
    if (!isObject(container)) return []
    const [read] = listed([{ name: key, ...container }], [], () => 'app')
    return read === undefined ? [] : [{ ...read, path: [...path, key] }]
  })
  const added = own
    .filter(({ name, always }) => always && !written.some((container) => container.name === name))
    .map((mine): DraftContainer => {
      const at = [...path, 'containers']
      return { name: mine.name, role: 'app', path: at, spec: { name: mine.name }, under: layerOf(at, mine) }
    })
  return [...written, ...inner, ...added]
}

function complete(draft: Draft): Pod {
  const { spec, path, origins } = draft
  const drafts = draft.containers ?? containersOf(spec, path)
  const written = metadataOf(draft.metadata)
  const metadata = draft.labels === undefined ? written : { ...written, labels: { ...written.labels, ...draft.labels } }
  const context = spec['securityContext']
  const pod: Layer = {
    path: origins['securityContext'] ?? [...path, 'securityContext'],
    context: isObject(context) ? context : null,
  }
  const securities = securityOf(drafts, pod, { path: draft.metadataPath, annotations: metadata.annotations })
  const os = isObject(spec['os']) ? spec['os']['name'] : null
  return {
    path,
    metadataPath: draft.metadataPath,
    metadata,
    spec,
    containers: drafts.map(({ name, role, path, spec }, i) => ({
      name,
      role,
      path,
      spec,
      security: securities[i],
    })) as Container[],
    volumes: (draft.volumes ?? [{ path: [...path, 'volumes'], list: spec['volumes'] }]).flatMap(volumesOf),
    origins,
    os: typeof os === 'string' ? os : null,
    byShape: draft.byShape,
    partial: draft.partial,
  }
}

function volumesOf({ path, list }: { readonly path: Path; readonly list: unknown }): readonly Volume[] {
  if (!Array.isArray(list)) return []
  const volumes: Volume[] = []
  list.forEach((item: unknown, i) => {
    if (!isObject(item)) return
    const name = typeof item['name'] === 'string' ? item['name'] : ''
    volumes.push({ name, path: [...path, i], spec: item as JsonObject })
  })
  return volumes
}

function metadataOf(value: unknown): Pod['metadata'] {
  if (!isObject(value)) return { labels: NOTHING, annotations: NOTHING }
  return { labels: strings(value['labels']), annotations: strings(value['annotations']) }
}

/** A map of strings. Kinds with a schema were checked by `parse`; elsewhere what is no string is no label. */
function strings(value: unknown): { readonly [key: string]: string } {
  if (!isObject(value)) return NOTHING
  const entries = Object.entries(value)
  if (entries.every(([, item]) => typeof item === 'string')) return value as { readonly [key: string]: string }
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}
