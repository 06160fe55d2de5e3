/** What a namespace says about the meshes: whether its pods are enrolled, and what its labels contradict. */
import type { Answer, Path } from '../../model.js'
import type { NamespaceCard } from '../world.js'
import { DATAPLANE, INJECTION, isPassedByLinkerd, LINKERD_INJECT, REVISION, SYSTEM_NAMESPACES } from './injection.js'
import { ROOT } from './istio-config.js'
import { isLinkerds } from './own.js'
import { answer } from './read.js'
import type { MeshWorld } from './world.js'

/** What its own labels and annotations say. */
export interface Enrolment {
  /** The cluster's own, a mesh's own: nothing is enrolled there. */
  readonly system: boolean
  /** Whether it enrols its pods in Istio, by sidecar or ambient. */
  readonly istio: Answer
  readonly istioPath: Path
  /** `istio-injection=enabled` and the like, where more than one is set and they contradict each other. */
  readonly conflicts: readonly string[]
  readonly linkerd: Answer
}

export function enrolmentOf(namespace: NamespaceCard, mesh: MeshWorld): Enrolment {
  const labels = namespace.labels.values
  return {
    system: isSystem(namespace, mesh),
    istio: istioAt(namespace, mesh),
    istioPath: [
      'metadata',
      'labels',
      labels[INJECTION] === undefined && labels[DATAPLANE] !== undefined ? DATAPLANE : INJECTION,
    ],
    conflicts: conflictsOf(labels),
    linkerd: linkerdAt(namespace),
  }
}

/** The cluster's own namespaces and the meshes': nothing is enrolled there. */
export function isSystem(namespace: NamespaceCard, mesh: MeshWorld): boolean {
  const { istio, meshes } = mesh
  if (SYSTEM_NAMESPACES.includes(namespace.key)) return true
  if (meshes.includes('istio') && istio.roots.includes(namespace.key))
    return namespace.key === ROOT || mesh.workloadsIn(namespace.key).some((workload) => mesh.isControlPlane(workload))
  return namespace.name === 'linkerd' || isLinkerdNamespace(namespace, mesh)
}

/** A label is anybody's to write: what runs there must be Linkerd's, too. */
function isLinkerdNamespace({ key, labels }: NamespaceCard, mesh: MeshWorld): boolean {
  const labelled =
    labels.values['linkerd.io/is-control-plane'] === 'true' || labels.values['linkerd.io/extension'] !== undefined
  return labelled && mesh.workloadsIn(key).every(({ pod }) => isLinkerds(pod))
}

export function istioAt(namespace: NamespaceCard, mesh: MeshWorld): Answer {
  if (namespace.resource === null) return answer('unknown', 'it is declared elsewhere')
  const { [INJECTION]: injection, [REVISION]: revision, [DATAPLANE]: dataplane } = namespace.labels.values
  if (injection === 'enabled') return answer('yes', `${INJECTION}=enabled`)
  if (dataplane === 'ambient') return answer('yes', `${DATAPLANE}=ambient`)
  if (injection !== undefined) return answer('no', `${INJECTION}=${injection} keeps its pods out`)
  if (revision !== undefined && revision !== '') return answer('yes', `${REVISION}=${revision}`)
  if (mesh.istio.injectByDefault) return answer('yes', 'the injector is set to inject every namespace')
  return answer('no', `it has neither ${INJECTION}, ${REVISION} nor ${DATAPLANE}=ambient`)
}

/** As the injection analyzer: beside a disabled injection label the others do not count. */
function conflictsOf(labels: { readonly [key: string]: string }): readonly string[] {
  const injection = labels[INJECTION]
  const others = injection === undefined || injection === 'enabled' ? [REVISION, DATAPLANE] : []
  const set = [INJECTION, ...others].flatMap((key) => (labels[key] === undefined ? [] : [`${key}=${labels[key]}`]))
  return set.length > 1 ? set : []
}

export function linkerdAt(namespace: NamespaceCard): Answer {
  if (namespace.resource === null) return answer('unknown', 'it is declared elsewhere')
  if (isPassedByLinkerd(namespace)) return answer('no', 'the injector passes over it')
  const value = namespace.annotations[LINKERD_INJECT]
  if (value === 'enabled' || value === 'ingress') return answer('yes', `${LINKERD_INJECT}: ${value}`)
  if (value === undefined || value === '') return answer('no', `it is not annotated ${LINKERD_INJECT}: enabled`)
  return answer('no', `its annotation ${LINKERD_INJECT} is ${value}`)
}
