/**
 * What of a pod cannot be read. Kinds with a schema are checked by `parse`; a pod found in another kind may hold
 * `privileged: "true"`, which no policy would see, or a patch in a language of its own.
 */
import type { Path, Pod } from '../../model.js'
import { isObject } from '../world.js'

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
    ...(patch === undefined || patch === null || patch === ''
      ? []
      : [
          {
            path: origins['podSpecPatch'] ?? [...path, 'podSpecPatch'],
            reason: 'podSpecPatch may change any setting of the pod',
          },
        ]),
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
