/**
 * Where the kinds keep their pods. A resource has one pod as a rule; a few kinds (workflows, pipelines, training jobs,
 * search clusters) have several, each judged by itself.
 */
import type { Container, JsonObject, Path, Pod, Resource, Volume } from '../../model.js'
import { isObject } from '../world.js'
import { containersOf, type Draft } from './pod-draft.js'
import { podsByShape } from './pod-shape.js'
import { type Layer, securityOf } from './pod-security.js'
import { podsOfTask } from './pod-tekton.js'
import { podsOfWorkflow } from './pod-argo.js'
import { podsOfCollector } from './pod-opentelemetry.js'
import { podsOfSpark } from './pod-spark.js'
import { isPattern, type Place, placesOf, valuesAt } from './pod-places.js'

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
  const before = known.get(object)
  if (before !== undefined) return before
  const pods = isPattern(group, kind) ? [] : draftsOf(group, kind, object, [], new Set()).map(complete)
  known.set(object, pods)
  return pods
}

/** An object is the same in every environment that it belongs to. */
const known = new WeakMap<Resource['object'], readonly Pod[]>()

/** The pods of a resource, or of one that another embeds at `prefix`. */
function draftsOf(group: string, kind: string, object: Fields, prefix: Path, seen: Set<unknown>): readonly Draft[] {
  const places = placesOf(group, kind)
  const placed = places.flatMap((place) => draftsAt(object, place, prefix))
  if (places.some((place) => place.required)) return placed
  const known = [
    ...placed,
    ...podsOfWorkflow(group, kind, object, prefix),
    ...podsOfTask(group, kind, object, prefix),
    ...podsOfSpark(group, kind, object, prefix),
    ...podsOfCollector(group, kind, object, prefix),
  ]
  // Nothing escapes by lying beside the place that is known.
  const claimed = new Set(known.flatMap((draft) => draft.claims))
  return [...known, ...podsByShape(object, prefix, claimed, seen, draftsOf)]
}

function draftsAt(object: Fields, place: Place, prefix: Path): readonly Draft[] {
  // A reference (`scaleTargetRef`) names a kind, too, and has no pod.
  const required = place.required && prefix.length === 0
  return valuesAt(object, place.keys, prefix).flatMap(({ value, path }) => {
    const template = place.form === 'template'
    const spec = template ? (isObject(value) ? value['spec'] : undefined) : value
    if (!isObject(spec) && !required) return []
    return [
      {
        path: template ? [...path, 'spec'] : path,
        spec: isObject(spec) ? spec : NOTHING,
        metadataPath: template ? [...path, 'metadata'] : [...prefix, ...place.metadata],
        metadata: template ? isObject(value) && value['metadata'] : valuesAt(object, place.metadata, [])[0]?.value,
        containers: null,
        volumes: null,
        origins: NOTHING,
        partial: place.partial,
        byShape: false,
        claims: [spec],
      },
    ]
  })
}

function complete(draft: Draft): Pod {
  const { spec, path, origins } = draft
  const drafts = draft.containers ?? containersOf(spec, path)
  const metadata = metadataOf(draft.metadata)
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
  return list.flatMap((item: unknown, i) => {
    if (!isObject(item)) return []
    return [
      { name: typeof item['name'] === 'string' ? item['name'] : '', path: [...path, i], spec: item as JsonObject },
    ]
  })
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
