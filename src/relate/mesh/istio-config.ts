/**
 * What the mesh as a whole is set to, where that is declared here: the MeshConfig of the ConfigMap `istio`, of an
 * IstioOperator or of the sail operator's Istio, and the injector's values.
 * https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
import type { JsonObject, Path, Resource } from '../../model.js'
import { parseYaml } from '../../parse/yaml.js'
import type { Carded } from '../area.js'
import type { LabelSelector } from '../selector.js'
import { isObject } from '../world.js'
import { objectOf, stringOf } from './read.js'

export interface IstioConfig {
  readonly kind: 'IstioConfig'
  /** Null where this object does not say. */
  readonly rootNamespace: string | null
  readonly injectByDefault: boolean | null
  /** `policy: disabled` of the injector: only pods that ask for it are injected. */
  readonly injectOnRequest: boolean | null
  readonly never: readonly LabelSelector[]
  /** What is injected all the same where only pods that ask for it are. */
  readonly always: readonly LabelSelector[]
  /** What policies judge, each with the path of the field that holds it. */
  readonly settings: ConfigFacts
}

/** What a mesh configuration sets that bears on encryption and reach. Null where it says nothing. */
export interface ConfigFacts {
  /** Where the MeshConfig lies in the resource: a field of it, or the text that holds it. */
  readonly path: Path
  /** Whether `path` is a text, so that what lies below has no path of its own. */
  readonly text: boolean
  /** Why it could not be read; null where it could. */
  readonly unreadable: string | null
  readonly outboundTrafficPolicy: string | null
  readonly enableAutoMtls: boolean | null
  readonly minProtocolVersion: string | null
}

const NAMES = ['istio', 'istio-sidecar-injector']

export function readIstioConfig(resource: Resource): IstioConfig | null {
  const { group, kind, name, object } = resource
  if (group === '' && kind === 'ConfigMap' && NAMES.some((known) => name === known || name.startsWith(`${known}-`)))
    return ofConfigMap(object)
  if (group === 'install.istio.io' && kind === 'IstioOperator') {
    return configOf(
      objectOf(object, 'spec', 'meshConfig'),
      objectOf(object, 'spec', 'values'),
      at(['spec', 'meshConfig'], false),
    )
  }
  if (group === 'sailoperator.io' && (kind === 'Istio' || kind === 'IstioRevision')) {
    return configOf(
      objectOf(object, 'spec', 'values', 'meshConfig'),
      objectOf(object, 'spec', 'values'),
      at(['spec', 'values', 'meshConfig'], false),
    )
  }
  return null
}

interface Place {
  readonly path: Path
  readonly text: boolean
  readonly unreadable: string | null
}

const at = (path: Path, text: boolean, unreadable: string | null = null): Place => ({ path, text, unreadable })

function ofConfigMap(object: Resource['object']): IstioConfig | null {
  const data = objectOf(object, 'data')
  const mesh = stringOf(data['mesh'])
  if (mesh !== null) {
    const { value, problem } = parseYaml(mesh)
    return configOf(objectOf(value), {}, at(['data', 'mesh'], true, problem?.message ?? null))
  }
  // Other ConfigMaps share the name's beginning (istio-ca-root-cert): the injector's alone carries these two keys.
  const [values, config] = [stringOf(data['values']), stringOf(data['config'])]
  if (values === null || config === null) return null
  const read = { values: parseYaml(values), config: parseYaml(config) }
  const problem = read.values.problem ?? read.config.problem
  const place = at(
    ['data', problem !== null && problem === read.values.problem ? 'values' : 'config'],
    true,
    problem?.message ?? null,
  )
  const injector = objectOf(read.config.value)
  const base = configOf({}, objectOf(read.values.value), place)
  return {
    ...base,
    never: selectorsOf(injector['neverInjectSelector']),
    always: selectorsOf(injector['alwaysInjectSelector']),
    injectOnRequest: injector['policy'] === undefined ? null : injector['policy'] === 'disabled',
  }
}

function configOf(
  mesh: JsonObject | { readonly [key: string]: unknown },
  values: { readonly [key: string]: unknown },
  place: Place,
): IstioConfig {
  const webhook = objectOf(values, 'sidecarInjectorWebhook')
  const autoInject = objectOf(values, 'global', 'proxy')['autoInject']
  const automatic = mesh['enableAutoMtls']
  const byDefault = webhook['enableNamespacesByDefault']
  return {
    kind: 'IstioConfig',
    rootNamespace: stringOf(mesh['rootNamespace']) ?? stringOf(objectOf(values, 'global')['istioNamespace']),
    injectByDefault: typeof byDefault === 'boolean' ? byDefault : null,
    injectOnRequest: typeof autoInject === 'string' ? autoInject === 'disabled' : null,
    never: selectorsOf(webhook['neverInjectSelector']),
    always: selectorsOf(webhook['alwaysInjectSelector']),
    settings: {
      ...place,
      outboundTrafficPolicy: stringOf(objectOf(mesh, 'outboundTrafficPolicy')['mode']),
      enableAutoMtls: typeof automatic === 'boolean' ? automatic : null,
      minProtocolVersion: stringOf(objectOf(mesh, 'meshMTLS')['minProtocolVersion']),
    },
  }
}

function selectorsOf(list: unknown): readonly LabelSelector[] {
  return Array.isArray(list) ? (list.filter(isObject) as readonly LabelSelector[]) : []
}

/** Everything declared here taken together. */
export interface Istio {
  /** `istio-system`, unless the repository says otherwise. */
  readonly roots: readonly string[]
  /** Whether the mesh's own configuration is declared here, so that nothing of it hides elsewhere. */
  readonly declared: boolean
  readonly injectByDefault: boolean
  readonly injectOnRequest: boolean
  readonly never: readonly LabelSelector[]
  readonly always: readonly LabelSelector[]
}

/** Where Istio is installed, unless the repository says otherwise. */
export const ROOT = 'istio-system'

export function istioOf(configs: readonly Carded<IstioConfig>[]): Istio {
  const cards = configs.map(({ card }) => card)
  const roots = [...new Set(cards.flatMap(({ rootNamespace }) => (rootNamespace === null ? [] : [rootNamespace])))]
  return {
    roots: roots.length === 0 ? [ROOT] : roots,
    declared: cards.length > 0,
    injectByDefault: cards.some((card) => card.injectByDefault === true),
    injectOnRequest: cards.some((card) => card.injectOnRequest === true),
    never: cards.flatMap((card) => card.never),
    always: cards.flatMap((card) => card.always),
  }
}
