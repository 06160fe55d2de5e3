/**
 * A container's security settings once the pod's are applied, as the kubelet's DetermineEffectiveSecurityContext
 * (kubernetes pkg/securitycontext/util.go) does it: the container's own field wins, else the pod's holds.
 */
import type { Effective, EffectiveSecurity, JsonObject, Path } from '../../model.js'
import { isObject } from '../world.js'
import type { DraftContainer } from './pod-draft.js'

/** A `securityContext` and its place; null where it is absent. */
export interface Layer {
  readonly path: Path
  readonly context: { readonly [key: string]: unknown } | null
}

interface Annotations {
  readonly path: Path
  readonly annotations: { readonly [key: string]: string }
}

/** A field of a security context: its keys below the context, and the key whose presence decides the whole of it. */
interface Field<T> {
  readonly keys: readonly string[]
  readonly decides: number
  readonly read: (value: unknown) => T | null
}

const boolean = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null)
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
const string = (value: unknown): string | null => (typeof value === 'string' ? value : null)
/** A profile that is there and names no type has the empty one, which is none of those that are allowed. */
const profileType = (value: unknown): string => (typeof value === 'string' ? value : '')
const object = (value: unknown): JsonObject | null => (isObject(value) ? (value as JsonObject) : null)
const list = (value: unknown): readonly string[] | null =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : null

function field<T>(read: (value: unknown) => T | null, keys: readonly string[], decides = keys.length): Field<T> {
  return { keys, decides, read }
}

/** Fields that a container alone has. */
const PRIVILEGED = field(boolean, ['privileged'])
const ALLOW_PRIVILEGE_ESCALATION = field(boolean, ['allowPrivilegeEscalation'])
const READ_ONLY_ROOT_FILESYSTEM = field(boolean, ['readOnlyRootFilesystem'])
const PROC_MOUNT = field(string, ['procMount'])
const CAPABILITIES_ADD = field(list, ['capabilities', 'add'])
const CAPABILITIES_DROP = field(list, ['capabilities', 'drop'])

/** Fields that a pod has too. A container's profile replaces the pod's as a whole, whatever it leaves out. */
const RUN_AS_NON_ROOT = field(boolean, ['runAsNonRoot'])
const RUN_AS_USER = field(number, ['runAsUser'])
const RUN_AS_GROUP = field(number, ['runAsGroup'])
const SECCOMP = field(profileType, ['seccompProfile', 'type'], 1)
const APPARMOR = field(profileType, ['appArmorProfile', 'type'], 1)
const SELINUX = field(object, ['seLinuxOptions'])
const HOST_PROCESS = field(boolean, ['windowsOptions', 'hostProcess'])

const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/'

/**
 * The settings of each container, in the order given. A setting that is absent belongs at the pod where none of the
 * pod's containers sets it, so that one omission is one place; else at the container.
 */
export function securityOf(
  containers: readonly DraftContainer[],
  pod: Layer,
  metadata: Annotations,
): readonly EffectiveSecurity[] {
  const stacks = containers.map((container) => [ownLayer(container), ...container.under])
  const shared = <T>(field: Field<T>, stack: readonly Layer[]): Effective<T> => {
    const decided = decide(field, [...stack, pod])
    if (decided !== null) return decided
    const anyone = stacks.some((other) => decide(field, other) !== null)
    return { value: null, path: [...(anyone ? (stack[0] as Layer) : pod).path, ...field.keys] }
  }
  return containers.map((container, i) => {
    const stack = stacks[i] as readonly Layer[]
    const own = <T>(field: Field<T>): Effective<T> =>
      decide(field, stack) ?? { value: null, path: [...(stack[0] as Layer).path, ...field.keys] }
    return {
      privileged: own(PRIVILEGED),
      allowPrivilegeEscalation: own(ALLOW_PRIVILEGE_ESCALATION),
      readOnlyRootFilesystem: own(READ_ONLY_ROOT_FILESYSTEM),
      runAsNonRoot: shared(RUN_AS_NON_ROOT, stack),
      runAsUser: shared(RUN_AS_USER, stack),
      runAsGroup: shared(RUN_AS_GROUP, stack),
      procMount: own(PROC_MOUNT),
      seccompProfile: shared(SECCOMP, stack),
      // Before the pod's field comes the annotation, as in the kubelet's pkg/security/apparmor/helpers.go.
      appArmorProfile: decide(APPARMOR, stack) ?? annotated(container.name, metadata) ?? shared(APPARMOR, stack),
      seLinuxOptions: shared(SELINUX, stack),
      hostProcess: shared(HOST_PROCESS, stack),
      capabilitiesAdd: own(CAPABILITIES_ADD),
      capabilitiesDrop: own(CAPABILITIES_DROP),
    }
  })
}

function ownLayer({ path, spec, context: place }: DraftContainer): Layer {
  const context = spec['securityContext']
  return { path: place ?? [...path, 'securityContext'], context: isObject(context) ? context : null }
}

/** The first layer that sets the field; null where none does. */
function decide<T>({ keys, decides, read }: Field<T>, layers: readonly Layer[]): Effective<T> | null {
  for (const { path, context } of layers) {
    if (context === null) continue
    let value: unknown = context
    let set = true
    for (let i = 0; i < keys.length; i++) {
      value = isObject(value) ? value[keys[i] as string] : undefined
      if (i < decides && (value === undefined || value === null)) {
        set = false
        break
      }
    }
    if (set) return { value: read(value), path: [...path, ...keys] }
  }
  return null
}

/** The annotation that came before the field (removed as a way to set it only for pods that state the field). */
function annotated(container: string, { path, annotations }: Annotations): Effective<string> | null {
  const key = `${APPARMOR_ANNOTATION}${container}`
  const profile = annotations[key]
  if (profile === undefined || profile === '') return null
  return { value: appArmorType(profile), path: [...path, 'annotations', key] }
}

function appArmorType(profile: string): string {
  if (profile === 'runtime/default') return 'RuntimeDefault'
  if (profile === 'unconfined') return 'Unconfined'
  return profile.startsWith('localhost/') ? 'Localhost' : profile
}
