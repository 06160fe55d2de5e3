/**
 * Argo Workflows: a pod for each template that runs containers, wherever it is written (`templates`, inline in a step
 * or task). The workflow's settings hold for every pod, over them the template defaults, over them the template's own
 * (workflow/controller/workflowpod.go, `createWorkflowPod`).
 */
import type { Path } from '../../model.js'
import { isObject } from '../world.js'
import { type Draft, type DraftContainer, listed } from './pod-draft.js'
import type { Layer } from './pod-security.js'
import { valuesAt } from './pod-places.js'

type Fields = { readonly [key: string]: unknown }

/** Where each kind keeps its WorkflowSpec. */
const SPECS: { readonly [kind: string]: readonly string[] } = {
  Workflow: ['spec'],
  WorkflowTemplate: ['spec'],
  ClusterWorkflowTemplate: ['spec'],
  CronWorkflow: ['spec', 'workflowSpec'],
}

/** Fields of a WorkflowSpec, and of a Template, that are the pod's by the same name. */
const POD_FIELDS = [
  'affinity',
  'automountServiceAccountToken',
  'dnsPolicy',
  'hostAliases',
  'hostNetwork',
  'imagePullSecrets',
  'nodeSelector',
  'podSpecPatch',
  'priorityClassName',
  'securityContext',
  'serviceAccountName',
  'tolerations',
]

export function podsOfWorkflow(group: string, kind: string, object: Fields, prefix: Path): readonly Draft[] {
  const keys = group === 'argoproj.io' ? SPECS[kind] : undefined
  if (keys === undefined) return []
  return valuesAt(object, keys, prefix).flatMap(({ value, path }) => (isObject(value) ? podsOfSpec(value, path) : []))
}

function podsOfSpec(workflow: Fields, path: Path): readonly Draft[] {
  const defaults = isObject(workflow['templateDefaults']) ? workflow['templateDefaults'] : {}
  const defaultsPath = [...path, 'templateDefaults']
  return templatesIn(workflow, path, new Set()).map(({ value: template, path: at }) => {
    const levels = [
      { value: template, path: at },
      { value: defaults, path: defaultsPath },
      { value: workflow, path },
    ]
    const spec: { [field: string]: unknown } = {}
    const origins: { [field: string]: Path } = {}
    for (const field of POD_FIELDS) {
      const level = levels.find(({ value }) => value[field] !== undefined && value[field] !== null)
      if (level === undefined) continue
      spec[field] = level.value[field]
      origins[field] = [...level.path, field]
    }
    return {
      path: at,
      spec,
      metadataPath: [...at, 'metadata'],
      metadata: template['metadata'],
      containers: containersOfTemplate(template, at, defaultLayers(defaults, defaultsPath)),
      volumes: levels.map((level) => ({ path: [...level.path, 'volumes'], list: level.value['volumes'] })),
      origins,
      partial: false,
      byShape: false,
      claims: [template, template['containerSet']],
    }
  })
}

interface Found {
  readonly value: Fields
  readonly path: Path
}

/** Every Template that runs containers, in document order. `templateDefaults` runs nothing by itself. */
function templatesIn(value: unknown, path: Path, seen: Set<unknown>): readonly Found[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  if (Array.isArray(value)) return value.flatMap((item: unknown, i) => templatesIn(item, [...path, i], seen))
  const object = value as Fields
  const own = ['container', 'script', 'containerSet'].some((key) => isObject(object[key]))
    ? [{ value: object, path }]
    : []
  return [
    ...own,
    ...Object.entries(object).flatMap(([key, item]) =>
      key === 'templateDefaults' ? [] : templatesIn(item, [...path, key], seen),
    ),
  ]
}

function defaultLayers(defaults: Fields, path: Path): readonly Layer[] {
  return ['container', 'script'].flatMap((key) => {
    const container = defaults[key]
    const context = isObject(container) ? container['securityContext'] : undefined
    return isObject(context) ? [{ path: [...path, key, 'securityContext'], context }] : []
  })
}

function containersOfTemplate(template: Fields, path: Path, under: readonly Layer[]): readonly DraftContainer[] {
  const main = ['container', 'script'].flatMap((key) => {
    const container = template[key]
    if (!isObject(container)) return []
    const [read] = listed([{ name: 'main', ...container }], [], () => 'app')
    return read === undefined ? [] : [{ ...read, path: [...path, key], under }]
  })
  const set = template['containerSet']
  const members = isObject(set) ? listed(set['containers'], [...path, 'containerSet', 'containers'], () => 'app') : []
  return [
    ...listed(template['initContainers'], [...path, 'initContainers'], () => 'init'),
    ...main,
    ...members,
    ...listed(template['sidecars'], [...path, 'sidecars'], () => 'app'),
  ]
}
