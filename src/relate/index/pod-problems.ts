/**
 * What of a pod cannot be read. Kinds with a schema are checked by `parse`; a pod found in another kind may hold
 * `privileged: "true"`, which no policy would see, or a patch in a language of its own.
 */
import type { Path, Pod, Resource, Unjudged } from '../../model.js'
import { isObject, type World } from '../world.js'
import { placesOf } from './pod-places.js'

export interface PodProblem {
  readonly path: Path
  readonly reason: string
}

type Type = 'boolean' | 'number' | 'string' | 'list' | 'object'

type Types = { readonly [field: string]: Type }

const POD: Types = {
  automountServiceAccountToken: 'boolean',
  containers: 'list',
  ephemeralContainers: 'list',
  hostIPC: 'boolean',
  hostNetwork: 'boolean',
  hostPID: 'boolean',
  hostUsers: 'boolean',
  initContainers: 'list',
  nodeName: 'string',
  nodeSelector: 'object',
  os: 'object',
  securityContext: 'object',
  serviceAccountName: 'string',
  tolerations: 'list',
  volumes: 'list',
}

const CONTAINER: Types = {
  env: 'list',
  envFrom: 'list',
  image: 'string',
  lifecycle: 'object',
  ports: 'list',
  resources: 'object',
  securityContext: 'object',
  volumeMounts: 'list',
}

const SECURITY_CONTEXT: Types = {
  allowPrivilegeEscalation: 'boolean',
  appArmorProfile: 'object',
  capabilities: 'object',
  fsGroup: 'number',
  privileged: 'boolean',
  procMount: 'string',
  readOnlyRootFilesystem: 'boolean',
  runAsGroup: 'number',
  runAsNonRoot: 'boolean',
  runAsUser: 'number',
  seLinuxOptions: 'object',
  seccompProfile: 'object',
  supplementalGroups: 'list',
  sysctls: 'list',
  windowsOptions: 'object',
}

const CAPABILITIES: Types = { add: 'list', drop: 'list' }
const PROFILE: Types = { type: 'string' }
const WINDOWS: Types = { hostProcess: 'boolean' }

/** A patch that names more than resources, is escaped, or is filled in as a whole. */
const PATCHES_MORE = /host[A-Z]|securityContext|volume|serviceAccount|automount|toleration|image|env|\\|^\s*["']?\{\{/i

/** What of the pods of a world cannot be read. Kinds of Kubernetes itself have been through their schema. */
export function unreadablePods(world: World): readonly Unjudged[] {
  return world.resources
    .filter(
      ({ origin, group, kind }) => origin.role === 'judged' && !placesOf(group, kind).some((place) => place.required),
    )
    .flatMap((resource) =>
      world
        .podsOf(resource)
        .flatMap(podProblems)
        .map((problem) => toUnjudged(resource, problem)),
    )
}

function toUnjudged({ kind, name, origin }: Resource, { path, reason }: PodProblem): Unjudged {
  const { label } = origin.environment
  return {
    file: origin.file,
    line: origin.line,
    reason: `${kind} ${name} has a pod that cannot be read at ${path.join('.')}: ${reason}`,
    policy: null,
    source: origin.source,
    environments: label === null ? [] : [label],
  }
}

/** Empty for a pod whose every setting that policies look at has the type it must have. */
export function podProblems(pod: Pod): readonly PodProblem[] {
  const { spec, path, origins } = pod
  const patch = spec['podSpecPatch']
  const contextPath = origins['securityContext'] ?? [...path, 'securityContext']
  return [
    ...wrongTypes(spec, path, POD, origins),
    ...contextProblems(spec['securityContext'], contextPath),
    ...pod.containers.flatMap((container) => [
      ...wrongTypes(container.spec, container.path, CONTAINER),
      ...contextProblems(container.spec['securityContext'], [...container.path, 'securityContext']),
    ]),
    ...(typeof patch === 'string' && PATCHES_MORE.test(patch)
      ? [
          {
            path: origins['podSpecPatch'] ?? [...path, 'podSpecPatch'],
            reason: 'the patch may change what policies judge',
          },
        ]
      : []),
  ]
}

function contextProblems(context: unknown, path: Path): readonly PodProblem[] {
  if (!isObject(context)) return []
  return [
    ...wrongTypes(context, path, SECURITY_CONTEXT),
    ...wrongTypes(context['capabilities'], [...path, 'capabilities'], CAPABILITIES),
    ...wrongTypes(context['seccompProfile'], [...path, 'seccompProfile'], PROFILE),
    ...wrongTypes(context['appArmorProfile'], [...path, 'appArmorProfile'], PROFILE),
    ...wrongTypes(context['windowsOptions'], [...path, 'windowsOptions'], WINDOWS),
  ]
}

function wrongTypes(object: unknown, path: Path, types: Types, origins: Pod['origins'] = {}): readonly PodProblem[] {
  if (!isObject(object)) return []
  return Object.entries(types).flatMap(([field, type]) => {
    const value = object[field]
    if (value === undefined || value === null || typeIs(value, type)) return []
    return [{ path: origins[field] ?? [...path, field], reason: `${field} must be ${ARTICLES[type]}` }]
  })
}

const ARTICLES = {
  boolean: 'true or false',
  number: 'a number',
  string: 'a string',
  list: 'a list',
  object: 'a mapping',
}

function typeIs(value: unknown, type: Type): boolean {
  if (type === 'list') return Array.isArray(value)
  return type === 'object' ? isObject(value) : typeof value === type
}
