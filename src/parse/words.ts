/**
 * The words that fields of custom kinds take (their CustomResourceDefinitions' enumerations), of those fields that
 * protect. The API server refuses `mode: strict`; what is meant by it is judged all the same.
 */
import type { Json, JsonObject, Path } from '../model.js'
import { isMap } from './json.js'
import { shown, type TypeProblem } from './problem.js'

interface Words {
  /** The way to the field: `*` is every item of a list, every value of a map. */
  readonly at: readonly string[]
  readonly words: readonly string[]
}

const words = (at: string, list: string): Words => ({ at: at.split('.'), words: list.split(' ') })

const CLIENT_TLS = 'DISABLE SIMPLE MUTUAL ISTIO_MUTUAL'
const TLS_VERSIONS = 'TLS_AUTO TLSV1_0 TLSV1_1 TLSV1_2 TLSV1_3'
const PEER_MODES = 'UNSET DISABLE PERMISSIVE STRICT'

/** istio/api and cert-manager/cert-manager, as of their CustomResourceDefinitions. */
const FIELDS: { readonly [kind: string]: readonly Words[] } = {
  'security.istio.io/PeerAuthentication': [
    words('spec.mtls.mode', PEER_MODES),
    words('spec.portLevelMtls.*.mode', PEER_MODES),
  ],
  'security.istio.io/AuthorizationPolicy': [words('spec.action', 'ALLOW DENY AUDIT CUSTOM')],
  'networking.istio.io/DestinationRule': [
    words('spec.trafficPolicy.tls.mode', CLIENT_TLS),
    words('spec.trafficPolicy.portLevelSettings.*.tls.mode', CLIENT_TLS),
    words('spec.subsets.*.trafficPolicy.tls.mode', CLIENT_TLS),
    words('spec.subsets.*.trafficPolicy.portLevelSettings.*.tls.mode', CLIENT_TLS),
  ],
  'networking.istio.io/Gateway': [
    words('spec.servers.*.tls.mode', 'PASSTHROUGH SIMPLE MUTUAL AUTO_PASSTHROUGH ISTIO_MUTUAL OPTIONAL_MUTUAL'),
    words('spec.servers.*.tls.minProtocolVersion', TLS_VERSIONS),
    words('spec.servers.*.tls.maxProtocolVersion', TLS_VERSIONS),
  ],
  'networking.istio.io/Sidecar': [words('spec.outboundTrafficPolicy.mode', 'REGISTRY_ONLY ALLOW_ANY')],
  'cert-manager.io/Certificate': [
    words('spec.privateKey.rotationPolicy', 'Always Never'),
    words('spec.privateKey.algorithm', 'RSA ECDSA Ed25519'),
  ],
}

export interface Worded<Value> {
  /** With the words as the kind writes them; the same object where nothing changes. */
  readonly object: Value
  /** The first word that the API server refuses. */
  readonly problem: TypeProblem | null
}

export function wordsOf<Value extends object>(group: string, kind: string, object: Value): Worded<Value> {
  let problem: TypeProblem | null = null
  const put = (value: Json, [step, ...rest]: readonly string[], allowed: readonly string[], path: Path): Json => {
    if (step === undefined) {
      if (typeof value !== 'string' || allowed.includes(value)) return value
      problem ??= { path, message: `${shown(path)} is none of ${allowed.join(', ')}` }
      return allowed.find((word) => word.toLowerCase() === value.toLowerCase()) ?? value
    }
    const into = (item: Json, key: string | number): Json => put(item, rest, allowed, [...path, key])
    if (Array.isArray(value)) return step === '*' ? changed(value as readonly Json[], into) : value
    if (!isMap(value)) return value
    const keys = step === '*' ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : []
    return keys.reduce((map: JsonObject, key) => {
      const item = into(map[key] as Json, key)
      return item === map[key] ? map : { ...map, [key]: item }
    }, value)
  }
  let worded = object as unknown as Json
  for (const { at, words: allowed } of FIELDS[`${group}/${kind}`] ?? []) worded = put(worded, at, allowed, [])
  return { object: worded as unknown as Value, problem }
}

function changed(list: readonly Json[], put: (item: Json, index: number) => Json): Json {
  const items = list.map(put)
  return items.every((item, i) => item === list[i]) ? list : items
}
