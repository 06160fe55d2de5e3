/**
 * Tekton: a Task's steps run as the containers of one pod, the step template's settings under each step's own
 * (pkg/apis/pipeline/v1/merge.go); a run adds its pod template (pkg/pod/pod.go). Tasks are found wherever they are
 * written out: by themselves, in a run, in a pipeline.
 */
import type { JsonObject, Path } from '../../model.js'
import { isObject } from '../world.js'
import { type Draft, type DraftContainer, listed } from './pod-draft.js'
import type { Layer } from './pod-security.js'

type Fields = { readonly [key: string]: unknown }

const KINDS = new Set(['Task', 'ClusterTask', 'TaskRun', 'Pipeline', 'PipelineRun', 'StepAction'])

export function podsOfTask(group: string, kind: string, object: Fields, prefix: Path): readonly Draft[] {
  const spec = object['spec']
  if (group !== 'tekton.dev' || !KINDS.has(kind) || !isObject(spec)) return []
  const path = [...prefix, 'spec']
  if (kind === 'StepAction') {
    const step: DraftContainer = { name: 'step', role: 'app', path, spec: spec as JsonObject, under: [] }
    return [draft(spec, path, run({}, path), [step])]
  }
  return tasksIn(spec, path, new Set()).map((task) => draft(task.value, task.path, run(spec, path), stepsOf(task)))
}

interface Found {
  readonly value: Fields
  readonly path: Path
}

/** Every TaskSpec, in document order. */
function tasksIn(value: unknown, path: Path, seen: Set<unknown>): readonly Found[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  if (Array.isArray(value)) return value.flatMap((item: unknown, i) => tasksIn(item, [...path, i], seen))
  const object = value as Fields
  if (Array.isArray(object['steps'])) return [{ value: object, path }]
  return Object.entries(object).flatMap(([key, item]) => tasksIn(item, [...path, key], seen))
}

interface Run {
  readonly spec: Fields
  readonly path: Path
  readonly account: Found | null
}

/** What a run says about its pods: in `spec`, or, in a PipelineRun of v1, in `spec.taskRunTemplate`. */
function run(spec: Fields, path: Path): Run {
  const nested = spec['taskRunTemplate']
  const holder = isObject(nested) ? { value: nested, path: [...path, 'taskRunTemplate'] } : { value: spec, path }
  const template = holder.value['podTemplate']
  return {
    spec: isObject(template) ? template : {},
    path: [...holder.path, 'podTemplate'],
    account: typeof holder.value['serviceAccountName'] === 'string' ? holder : null,
  }
}

function draft(
  task: Fields,
  path: Path,
  { spec: template, path: templatePath, account }: Run,
  steps: readonly DraftContainer[],
): Draft {
  const spec: { [field: string]: unknown } = { ...template }
  const origins: { [field: string]: Path } = Object.fromEntries(
    Object.keys(template).map((field) => [field, [...templatePath, field]]),
  )
  if (account !== null) {
    spec['serviceAccountName'] = account.value['serviceAccountName']
    origins['serviceAccountName'] = [...account.path, 'serviceAccountName']
  }
  return {
    path,
    spec,
    metadataPath: ['metadata'],
    metadata: undefined,
    containers: [...steps, ...listed(task['sidecars'], [...path, 'sidecars'], () => 'app')],
    volumes: [
      { path: [...path, 'volumes'], list: task['volumes'] },
      { path: [...templatePath, 'volumes'], list: template['volumes'] },
    ],
    origins,
    // The run, or the installation's default pod template, may say what is left out here.
    partial: true,
    byShape: false,
    claims: [task],
  }
}

function stepsOf({ value: task, path }: Found): readonly DraftContainer[] {
  const template = task['stepTemplate']
  const context = isObject(template) ? template['securityContext'] : undefined
  const under: readonly Layer[] = isObject(context)
    ? [{ path: [...path, 'stepTemplate', 'securityContext'], context }]
    : []
  return listed(task['steps'], [...path, 'steps'], () => 'app').map((step) => ({ ...step, under }))
}
