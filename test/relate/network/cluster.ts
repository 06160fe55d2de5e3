/** What these tests share: a cluster written as YAML, or as objects, in one environment. */
import { loadAll } from 'js-yaml'
import type { KubernetesObject, Resource } from '../../../src/model.js'
import { type World, worldOf } from '../../../src/relate/world.js'

/** What the cluster does not keep in a namespace. */
const CLUSTER_WIDE = [
  'Namespace',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'GlobalNetworkPolicy',
  'GlobalNetworkSet',
  'Tier',
  'CiliumClusterwideNetworkPolicy',
]

/** What a test knows to be there. */
export function must<T>(value: T | null | undefined): T {
  if (value == null) throw new Error('it is not there')
  return value
}

export interface Odd {
  /** Symbol of the namespace, where none is stated. */
  readonly symbol?: string
  readonly force?: Resource['force']
  readonly kind?: Resource['origin']['kind']
}

export function resourceOf(
  object: KubernetesObject,
  id: number,
  { symbol = '~here', force, kind = 'manifest' }: Odd = {},
): Resource {
  const group = object.apiVersion.includes('/') ? object.apiVersion.replace(/\/.*/, '') : ''
  const wide = CLUSTER_WIDE.includes(object.kind)
  const stated = object.metadata.namespace
  return {
    id,
    object,
    group,
    kind: object.kind,
    name: object.metadata.name ?? '',
    namespace: wide ? '' : (stated ?? symbol),
    namespaceStated: wide || stated !== undefined,
    path: [],
    origin: {
      source: 'test.yaml',
      kind,
      environment: { name: null, label: null, trial: false },
      file: 'test.yaml',
      document: id,
      line: 1,
      hooks: [],
      vendored: null,
      role: 'judged',
    },
    text: '',
    force: force ?? { answer: 'yes', why: '' },
    declared: true,
  }
}

function objects(text: string): readonly KubernetesObject[] {
  return (loadAll(text) as unknown as readonly (KubernetesObject | null)[]).filter((value) => value !== null)
}

export function worldOfText(text: string): World {
  return worldOf(objects(text).map((object, id) => resourceOf(object, id)))
}

/** A Deployment with the labels, as YAML. */
export function deployment(
  name: string,
  namespace: string,
  labels: { readonly [key: string]: string } = { app: name },
  more = '',
): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: ${JSON.stringify(labels)}}
  template:
    metadata: {labels: ${JSON.stringify(labels)}}
    spec:
      ${more === '' ? '' : `${more}\n      `}containers:
        - {name: app, image: example.com/app:1, ports: [{containerPort: 8080, name: http}, {containerPort: 53, name: dns, protocol: UDP}]}
`
}

export function namespace(name: string, labels: { readonly [key: string]: string } = {}): string {
  return `---
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: ${JSON.stringify(labels)}}
`
}
