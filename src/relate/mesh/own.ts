/**
 * The meshes' own pods, which no mesh is meant to hold: told by what nobody else can write, or would not want. An image
 * of the mesh's own registry runs the mesh's program, whoever names it; of a mirror, it is the powers that go with it,
 * which other policies tell of.
 */
import type { Container, Pod, Resource } from '../../model.js'
import type { Carded } from '../area.js'
import { isObject, type Workload } from '../world.js'
import type { Service } from './ports.js'
import { holds, itemsOf, objectOf, stringList, stringOf } from './read.js'

/** The services that the webhooks of the sidecar injector call. */
export interface Injector {
  readonly kind: 'Injector'
  readonly services: readonly { readonly name: string; readonly namespace: string }[]
}

/** A MutatingWebhookConfiguration, as Istio's charts write it; null for every other. */
export function readInjector(resource: Resource): Injector | null {
  const services = itemsOf(resource.object['webhooks'], []).flatMap(({ item }) => {
    const { name, namespace } = objectOf(item, 'clientConfig', 'service')
    if (!(stringOf(item['name']) ?? '').endsWith('sidecar-injector.istio.io')) return []
    return typeof name === 'string' && typeof namespace === 'string' ? [{ name, namespace }] : []
  })
  return services.length === 0 ? null : { kind: 'Injector', services }
}

/** Where Istio publishes its images: https://istio.io/latest/docs/ops/deployment/, and before 1.27 Docker Hub and gcr.io. */
const ISTIOS = ['registry.istio.io/release', 'registry.istio.io/testing', 'docker.io/istio', 'gcr.io/istio-release']

/** Where Linkerd publishes its images: the charts' controllerImage, and what that name stands for. */
const LINKERDS = ['cr.l5d.io/linkerd', 'ghcr.io/linkerd']

interface Image {
  /** `docker.io/istio`. */
  readonly registry: string
  readonly name: string
}

function imageOf({ spec }: Container): Image {
  const whole = (stringOf(spec['image']) ?? '').replace(/@[^@]*$/, '').replace(/:[^:/]*$/, '')
  const slash = whole.lastIndexOf('/')
  const path = slash < 0 ? '' : whole.slice(0, slash)
  // As the container runtimes: a first part without a dot or a port is no host.
  const host = /^[^/]*[.:]|^localhost(?:\/|$)/.test(path)
  return { registry: host ? path : `docker.io/${path}`, name: whole.slice(slash + 1) }
}

/** The words that a container runs with: its command, which replaces the image's, before its arguments. */
function wordsOf({ spec }: Container): { readonly command: readonly string[]; readonly args: readonly string[] } {
  return { command: stringList(spec['command']), args: stringList(spec['args']) }
}

const running = ({ containers }: Pod): readonly Container[] =>
  containers.filter(({ role }) => role === 'app' || role === 'sidecar')

/** Image → the words it runs as, of what Istio's charts istiod, cni and ztunnel bring. */
const WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['pilot', ['discovery']],
  ['install-cni', ['install-cni']],
  ['ztunnel', ['proxy', 'ztunnel']],
])

function isCalled(container: Container): boolean {
  const { command, args } = wordsOf(container)
  const words = WORDS.get(imageOf(container).name)
  const said = command.length > 0 ? command : args
  return words !== undefined && words.every((word, i) => said[i] === word)
}

/** Whether a pod is Istio's control plane, its CNI agent or ztunnel, and nothing else. */
export function isIstios(
  { pod, resource, namespace, labels }: Workload,
  injectors: readonly Carded<Injector>[],
  services: readonly Carded<Service>[],
): boolean {
  const containers = running(pod)
  if (containers.length === 0 || !containers.every(isCalled)) return false
  if (containers.every((container) => ISTIOS.includes(imageOf(container).registry))) return true
  if (containers.every((container) => imageOf(container).name === 'pilot')) {
    const own = services.filter(({ card }) => card.selector !== null && holds(labels, card.selector))
    const names = own.map((service) => service.resource.name)
    return injectors.some(({ card }) =>
      card.services.some(
        (called) => names.includes(called.name) && (called.namespace === namespace || !resource.namespaceStated),
      ),
    )
  }
  return resource.kind === 'DaemonSet' && containers.every(entersNodes)
}

/** Whether it may enter what else runs on its node: the one thing that the CNI agent and ztunnel are for. */
function entersNodes({ spec }: Container): boolean {
  const { privileged, capabilities } = objectOf(spec, 'securityContext')
  return privileged === true || (isObject(capabilities) && stringList(capabilities['add']).includes('SYS_ADMIN'))
}

/**
 * A gateway: a pod that holds Istio's proxy alone, as a router. The image `auto` is what the injector fills in, and
 * nothing runs where it does not.
 */
export function isGateway(pod: Pod): boolean {
  const containers = running(pod)
  const templates = (pod.metadata.annotations['inject.istio.io/templates'] ?? '').split(',').map((one) => one.trim())
  return (
    containers.length > 0 &&
    containers.every((container) => {
      const { command, args } = wordsOf(container)
      const { registry, name } = imageOf(container)
      const istios = container.spec['image'] === 'auto' || (ISTIOS.includes(registry) && name === 'proxyv2')
      const routes = templates.includes('gateway') || args.includes('router')
      return container.name === 'istio-proxy' && istios && command.length === 0 && routes
    })
  )
}

/** Whether every container of a pod is of Linkerd's own registry. */
export function isLinkerds(pod: Pod): boolean {
  const containers = running(pod)
  return containers.length > 0 && containers.every((container) => LINKERDS.includes(imageOf(container).registry))
}
