/**
 * How clients of the mesh speak TLS to a host: a DestinationRule, and what the host's workloads demand.
 * https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings; the verification of
 * the server after CaCertificateAnalyzer (pkg/config/analysis/analyzers/destinationrule/ca-certificates.go), but for
 * public names: since Istio 1.21 a proxy checks them against the CAs of its system where the rule names none, and the
 * name as well (pilot/pkg/networking/core/cluster_tls.go, `CaCertificatePath: … "system"`, auto_san_validation).
 */
import type { Answer, KubernetesObject, Path, Ref, Resource } from '../../model.js'
import { isObject, refTo, type Workload } from '../world.js'
import { covers, fullName, isPublicName, serviceHost } from './hosts.js'
import type { Mtls } from './mtls.js'
import { answer, itemsOf, listed, objectOf, stringList, stringOf } from './read.js'
import { selected, type MeshWorld } from './world.js'

interface TlsSetting {
  /** The `tls` object. */
  readonly path: Path
  /** `''` for the host as a whole, `port 443`, `subset v1`, `subset v1, port 443`. */
  readonly scope: string
  /** null: everything the rule's host has; else this service port alone. */
  readonly port: number | null
  readonly subset: string | null
  /** An absent mode is DISABLE: the first of the enumeration. */
  readonly mode: string
  readonly modeStated: boolean
  /** A credentialName that only gateways read, because the rule has no workloadSelector. */
  readonly credentialIgnored: boolean
  /** Whether the server's certificate is checked against a CA that the rule names, or that vouches for public names. */
  readonly verified: boolean
  readonly insecureSkipVerify: boolean
  readonly subjectAltNames: boolean
}

export interface DestinationRule {
  readonly kind: 'DestinationRule'
  readonly host: string
  readonly tls: readonly TlsSetting[]
  /** Ports with settings of their own but no TLS: what the rule sets for all ports is not theirs. */
  readonly bare: readonly number[]
  /** Whether it has settings for all ports; of several rules for a host in a namespace, the oldest that has some wins. */
  readonly general: boolean
}

export function readDestinationRule(object: KubernetesObject): DestinationRule {
  const spec = objectOf(object, 'spec')
  const selects = isObject(spec['workloadSelector'])
  const policies = [
    { policy: objectOf(spec, 'trafficPolicy'), path: ['spec', 'trafficPolicy'] as Path, subset: null as string | null },
    ...itemsOf(spec['subsets'], ['spec', 'subsets']).map(({ item, path }) => ({
      policy: objectOf(item, 'trafficPolicy'),
      path: [...path, 'trafficPolicy'],
      subset: stringOf(item['name']) ?? '',
    })),
  ]
  return {
    kind: 'DestinationRule',
    host: stringOf(spec['host']) ?? '',
    bare: itemsOf(objectOf(spec, 'trafficPolicy')['portLevelSettings'], []).flatMap(({ item }) => {
      const { number } = objectOf(item, 'port')
      return typeof number === 'number' && !isObject(item['tls']) ? [number] : []
    }),
    general: isObject(spec['trafficPolicy']),
    tls: policies.flatMap(({ policy, path, subset }) => [
      ...settingOf(policy['tls'], [...path, 'tls'], subset, null, selects),
      ...itemsOf(policy['portLevelSettings'], [...path, 'portLevelSettings']).flatMap(({ item, path: at }) => {
        const { number } = objectOf(item, 'port')
        return settingOf(item['tls'], [...at, 'tls'], subset, typeof number === 'number' ? number : 0, selects)
      }),
    ]),
  }
}

function settingOf(
  tls: unknown,
  path: Path,
  subset: string | null,
  port: number | null,
  selects: boolean,
): readonly TlsSetting[] {
  if (!isObject(tls)) return []
  const scope = [subset === null ? null : `subset ${subset}`, port === null ? null : `port ${port}`]
    .filter((part) => part !== null)
    .join(', ')
  // A credentialName is read at gateways, and in sidecars only under a workloadSelector.
  const credential = stringOf(tls['credentialName']) !== null
  return [
    {
      path,
      scope,
      port,
      subset,
      mode: stringOf(tls['mode']) ?? 'DISABLE',
      modeStated: stringOf(tls['mode']) !== null,
      credentialIgnored: credential && !selects,
      verified: stringOf(tls['caCertificates']) !== null || (credential && selects),
      insecureSkipVerify: tls['insecureSkipVerify'] === true,
      subjectAltNames: stringList(tls['subjectAltNames']).length > 0,
    },
  ]
}

export interface DestinationFacts {
  readonly host: string
  readonly tls: readonly (TlsSetting & {
    /** Whether workloads here behind the host take mTLS alone, so that what is not ISTIO_MUTUAL cannot reach them. */
    readonly conflicts: Answer
  })[]
}

export function destinationFacts(
  resource: Resource,
  card: DestinationRule,
  mesh: MeshWorld,
  mtlsOf: (workload: Workload) => Mtls,
): DestinationFacts {
  const weak = card.tls.some(({ mode }) => mode !== 'ISTIO_MUTUAL')
  const behind = weak ? workloadsBehind(resource, card, mesh) : []
  // `name.namespace` of a Service looks like a public name.
  const isPublic =
    isPublicName(card.host) &&
    !mesh.all('Service').some(({ resource: service }) => card.host === `${service.name}.${service.namespace}`)
  return {
    host: card.host,
    tls: card.tls.map((setting) => ({
      ...setting,
      verified: setting.verified || isPublic,
      conflicts: conflictOf(setting, behind, mtlsOf),
    })),
  }
}

interface Behind {
  readonly workload: Workload
  readonly targets: readonly { readonly port: number; readonly target: number | string }[]
}

function workloadsBehind(resource: Resource, { host }: DestinationRule, mesh: MeshWorld): readonly Behind[] {
  const wanted = fullName(host, resource.namespace)
  return mesh.all('Service').flatMap((service) => {
    const { selector, ports } = service.card
    if (selector === null || !covers(wanted, serviceHost(service.resource.name, service.resource.namespace))) return []
    return selected(mesh, service.resource.namespace, selector).map((workload) => ({ workload, targets: ports }))
  })
}

function conflictOf(setting: TlsSetting, behind: readonly Behind[], mtlsOf: (workload: Workload) => Mtls): Answer {
  if (setting.mode === 'ISTIO_MUTUAL') return answer('no', 'ISTIO_MUTUAL is what the mesh speaks')
  if (behind.length === 0) return answer('unknown', 'no workload behind the host is declared here')
  const strict = behind.filter(({ workload, targets }) => demandsMtls(setting, targets, mtlsOf(workload)))
  if (strict.length === 0) return answer('no', 'no workload behind the host demands mTLS')
  const by: readonly Ref[] = strict.map(({ workload }) => refTo(workload.resource))
  const names = [...new Set(strict.map(({ workload }) => `${workload.resource.kind} ${workload.resource.name}`))]
  return answer('yes', `${listed(names)} ${names.length === 1 ? 'takes' : 'take'} mTLS alone`, by)
}

function demandsMtls(setting: TlsSetting, targets: Behind['targets'], { ports }: Mtls): boolean {
  const reached = setting.port === null ? targets : targets.filter(({ port }) => port === setting.port)
  return ports.some(
    ({ port, name, mode }) =>
      mode === 'STRICT' && (port === null || reached.some(({ target }) => target === port || target === name)),
  )
}
