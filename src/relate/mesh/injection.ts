/**
 * Whether a pod gets a proxy, as the meshes' own injectors decide.
 * Istio: the webhook's selectors (manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml), then
 * injectRequired (pkg/kube/inject/inject.go); ambient: the CNI's enablement (cni/pkg/util/enablement_selector.go).
 * Linkerd: disabledByAnnotation (pkg/inject/report.go).
 */
import type { Answer, Container, Path, Pod } from '../../model.js'
import { isEmptySelector, type LabelSelector, selects } from '../selector.js'
import { refTo, type NamespaceCard } from '../world.js'
import type { Istio } from './istio-config.js'
import { answer, type MeshName } from './read.js'

export const INJECT = 'sidecar.istio.io/inject'
export const INJECTION = 'istio-injection'
export const REVISION = 'istio.io/rev'
export const DATAPLANE = 'istio.io/dataplane-mode'
const STATUS = 'sidecar.istio.io/status'
export const LINKERD_INJECT = 'linkerd.io/inject'

/** Namespaces that the injectors leave alone (istio pkg/kube/inject/initializer.go). */
export const SYSTEM_NAMESPACES: readonly string[] = [
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
]

/** Whether a pod is in a mesh, and what decides it. */
export interface Membership {
  readonly mesh: MeshName | null
  /** Traffic goes through ztunnel, not a sidecar. */
  readonly ambient: boolean
  readonly enrolled: Answer
  /** What in the workload itself decides, else where it belongs. */
  readonly path: Path
  /** Whether the workload itself opts out. */
  readonly optsOut: boolean
}

type Decision = Omit<Membership, 'mesh' | 'ambient'>

export function istioMembership(pod: Pod, namespace: NamespaceCard, istio: Istio, ambientUsed: boolean): Membership {
  const sidecar = sidecarOf(pod, namespace, istio)
  const of = (decision: Decision, ambient: boolean): Membership => ({ ...decision, mesh: 'istio', ambient })
  if (sidecar.enrolled.answer === 'yes') return of(sidecar, false)
  const ambient = ambientOf(pod, namespace)
  if (ambient.enrolled.answer === 'yes') return of(ambient, true)
  if (ambient.optsOut || namespace.labels.values[DATAPLANE] === 'ambient') return of(ambient, true)
  // Without any sign of ambient here, what the sidecar's injector says is the answer.
  if (sidecar.enrolled.answer === 'no' && ambient.enrolled.answer === 'unknown' && ambientUsed) return of(ambient, true)
  return of(sidecar, false)
}

function sidecarOf(pod: Pod, namespace: NamespaceCard, istio: Istio): Decision {
  const { labels, annotations } = pod.metadata
  const label = labels[INJECT]
  const [path, key] =
    label === undefined && annotations[INJECT] !== undefined
      ? [annotationPath(pod, INJECT), 'annotation']
      : [labelPath(pod, INJECT), 'label']
  const decide = (enrolled: Answer, optsOut = false): Decision => ({ enrolled, path, optsOut })

  const proxy = pod.containers.find(isProxy)
  if (proxy !== undefined)
    return { enrolled: answer('yes', 'it carries an istio-proxy container'), path: proxy.path, optsOut: false }
  if (pod.spec['hostNetwork'] === true) {
    return {
      enrolled: answer('no', 'it uses the host network, where no sidecar is injected'),
      path: [...pod.path, 'hostNetwork'],
      optsOut: true,
    }
  }
  if (SYSTEM_NAMESPACES.includes(namespace.key))
    return decide(answer('no', `nothing is injected in namespace ${namespace.key}`))
  const setting = label ?? annotations[INJECT]
  if (setting === 'false') return decide(answer('no', `its ${key} ${INJECT} is "false"`), true)

  const called = calledFor(pod, namespace, istio)
  if (called.answer !== 'yes') return decide(called)
  if (setting !== 'true') {
    // Neither an empty selector nor an invalid one picks anything.
    const picks = (selector: LabelSelector): boolean =>
      !isEmptySelector(selector) && selects(selector, { values: labels, complete: true }) === 'yes'
    const never = istio.never.find(picks)
    if (never !== undefined) return decide(answer('no', 'the injector never injects pods with its labels'))
    if (istio.injectOnRequest && !istio.always.some(picks))
      return decide(answer('no', `the injector injects only pods that ask for it by ${INJECT}`))
  }
  return decide(called)
}

/** A proxy that the manifest carries itself: by its name, and by what it runs, which a mere namesake does not. */
function isProxy({ name, spec }: Container): boolean {
  const [image, args] = [spec['image'], spec['args']]
  const runs = Array.isArray(args) && args[0] === 'proxy'
  return (
    name === 'istio-proxy' &&
    typeof image === 'string' &&
    image !== 'auto' &&
    (runs || /(^|\/)proxyv2([:@]|$)/.test(image))
  )
}

/** Whether one of the injection webhooks is called for the pod at all: they select by labels, not by annotations. */
function calledFor(pod: Pod, namespace: NamespaceCard, istio: Istio): Answer {
  const { labels } = pod.metadata
  const asks = labels[INJECT] === 'true'
  if (!namespace.labels.complete) {
    if (asks && labels[REVISION] !== '') return answer('yes', `its label ${INJECT} is "true"`)
    if (labels[REVISION] !== undefined && labels[REVISION] !== '')
      return answer('yes', `its label ${REVISION} names revision ${labels[REVISION]}`)
    return answer('unknown', `${spoken(namespace)} is declared elsewhere, and its labels decide the injection`)
  }
  const by = namespace.resource === null ? [] : [refTo(namespace.resource, ['metadata', 'labels'])]
  const { [INJECTION]: injection, [REVISION]: revision } = namespace.labels.values
  if (injection === 'enabled') return answer('yes', `${spoken(namespace)} is labelled ${INJECTION}=enabled`, by)
  if (injection !== undefined) return answer('no', `${spoken(namespace)} is labelled ${INJECTION}=${injection}`, by)
  // An empty label is there, so that no other selector takes the pod, and no revision is called so.
  if (revision === '') return answer('no', `${spoken(namespace)} is labelled ${REVISION} without a revision`, by)
  if (revision !== undefined) return answer('yes', `${spoken(namespace)} is labelled ${REVISION}=${revision}`, by)
  if (labels[REVISION] === '') return answer('no', `its label ${REVISION} names no revision`)
  if (labels[REVISION] !== undefined) return answer('yes', `its label ${REVISION} names revision ${labels[REVISION]}`)
  if (asks) return answer('yes', `its label ${INJECT} is "true"`)
  if (istio.injectByDefault && labels[INJECT] === undefined)
    return answer('yes', 'the injector is set to inject every namespace')
  return answer('no', `${spoken(namespace)} is not labelled for injection`, by)
}

function ambientOf(pod: Pod, namespace: NamespaceCard): Decision {
  const own = pod.metadata.labels[DATAPLANE]
  const path = labelPath(pod, DATAPLANE)
  if (own === 'none') return { enrolled: answer('no', `its label ${DATAPLANE} is none`), path, optsOut: true }
  const decide = (enrolled: Answer): Decision => ({ enrolled, path, optsOut: false })
  // What the injector leaves behind keeps the CNI away, whoever wrote it; what the CNI leaves behind decides nothing.
  if (pod.metadata.annotations[STATUS] !== undefined) {
    const enrolled = answer(
      'no',
      `its annotation ${STATUS} says that it has a sidecar, and ztunnel captures no such pod`,
    )
    const optsOut = own === 'ambient' || namespace.labels.values[DATAPLANE] === 'ambient'
    return { enrolled, path: annotationPath(pod, STATUS), optsOut }
  }
  if (pod.spec['hostNetwork'] === true) {
    return {
      enrolled: answer('no', 'it uses the host network, which ztunnel does not capture'),
      path: [...pod.path, 'hostNetwork'],
      optsOut: false,
    }
  }
  if (own === 'ambient') return decide(answer('yes', `its label ${DATAPLANE} is ambient`))
  if (!namespace.labels.complete)
    return decide(
      answer('unknown', `${spoken(namespace)} is declared elsewhere, and its labels decide on ambient mode`),
    )
  const by = namespace.resource === null ? [] : [refTo(namespace.resource, ['metadata', 'labels', DATAPLANE])]
  if (namespace.labels.values[DATAPLANE] === 'ambient')
    return decide(answer('yes', `${spoken(namespace)} is labelled ${DATAPLANE}=ambient`, by))
  return decide(answer('no', `${spoken(namespace)} is not labelled for ambient mode`, by))
}

const LINKERD_VALUES = ['enabled', 'disabled', 'ingress']

/** Labels of pods that the injector's webhook does not select, as Linkerd's own have them (the chart's objectSelector). */
const LINKERD_PASSED = ['linkerd.io/control-plane-component', 'linkerd.io/cni-resource']

/** Whether the injector's webhook selects nothing in a namespace (the chart's namespaceSelector). */
export function isPassedByLinkerd({ key, labels }: NamespaceCard): boolean {
  return (
    ['kube-system', 'cert-manager'].includes(key) ||
    labels.values['config.linkerd.io/admission-webhooks'] === 'disabled'
  )
}

/** By its name and its image, which a mere namesake does not have: cr.l5d.io/linkerd/proxy, or a mirror of it. */
function isLinkerdProxy({ name, spec: { image } }: Container): boolean {
  return name === 'linkerd-proxy' && typeof image === 'string' && /\/proxy([:@]|$)/.test(image)
}

/** What the injector takes for a proxy that is there already (HasExistingSidecars of pkg/healthcheck/sidecar.go). */
function isSidecar({ name, role, spec: { image } }: Container): boolean {
  const images = ['cr.l5d.io/linkerd/proxy', 'gcr.io/istio-release/proxyv2']
  const inits = ['cr.l5d.io/linkerd/proxy-init', 'gcr.io/istio-release/proxy_init']
  const from = (some: readonly string[]): boolean =>
    typeof image === 'string' && some.some((one) => image.startsWith(`${one}:`))
  if (name === 'linkerd-proxy' || name === 'istio-proxy' || from(images)) return true
  return role === 'init' && (name === 'linkerd-init' || name === 'istio-init' || from(inits))
}

export function linkerdMembership(pod: Pod, namespace: NamespaceCard): Membership {
  const own = pod.metadata.annotations[LINKERD_INJECT] ?? ''
  const path = annotationPath(pod, LINKERD_INJECT)
  const of = (enrolled: Answer, optsOut = false, at: Path = path): Membership => ({
    mesh: 'linkerd',
    ambient: false,
    enrolled,
    path: at,
    optsOut,
  })
  const proxy = pod.containers.find(isLinkerdProxy)
  if (proxy !== undefined) return of(answer('yes', 'it carries a linkerd-proxy container'), false, proxy.path)
  if (pod.spec['hostNetwork'] === true)
    return of(answer('no', 'it uses the host network, where no proxy is injected'), true, [...pod.path, 'hostNetwork'])
  const sidecar = pod.containers.find(isSidecar)
  if (sidecar !== undefined)
    return of(answer('no', `the injector passes over a pod with a container ${sidecar.name}`), true, sidecar.path)
  const label = LINKERD_PASSED.find((key) => pod.metadata.labels[key] !== undefined)
  if (label !== undefined)
    return of(answer('no', `the injector passes over pods with the label ${label}`), true, labelPath(pod, label))
  if (own !== '' && !LINKERD_VALUES.includes(own))
    return of(answer('no', `its annotation ${LINKERD_INJECT} has the invalid value ${own}`), true)
  if (own === 'disabled') return of(answer('no', `its annotation ${LINKERD_INJECT} is disabled`), true)
  const known = namespace.resource !== null
  const inherited = namespace.annotations[LINKERD_INJECT] ?? ''
  const by = namespace.resource === null ? [] : [refTo(namespace.resource, ['metadata', 'annotations', LINKERD_INJECT])]
  if (isPassedByLinkerd(namespace)) return of(answer('no', `the injector passes over ${spoken(namespace)}`, by))
  if (inherited !== '' && !LINKERD_VALUES.includes(inherited)) {
    return of(answer('no', `${spoken(namespace)} has the invalid value ${inherited} in ${LINKERD_INJECT}`, by))
  }
  if (own === 'enabled' || own === 'ingress') return of(answer('yes', `its annotation ${LINKERD_INJECT} is ${own}`))
  if (!known)
    return of(answer('unknown', `${spoken(namespace)} is declared elsewhere, and its annotation decides the injection`))
  if (inherited === 'enabled' || inherited === 'ingress')
    return of(answer('yes', `${spoken(namespace)} is annotated ${LINKERD_INJECT}: ${inherited}`, by))
  return of(answer('no', `neither it nor ${spoken(namespace)} is annotated ${LINKERD_INJECT}: enabled`, by))
}

/** `namespace shop`, or `its namespace` where nobody stated the name. */
export function spoken(namespace: NamespaceCard): string {
  return namespace.name === null ? 'its namespace' : `namespace ${namespace.name}`
}

const labelPath = (pod: Pod, key: string): Path => [...pod.metadataPath, 'labels', key]
const annotationPath = (pod: Pod, key: string): Path => [...pod.metadataPath, 'annotations', key]
