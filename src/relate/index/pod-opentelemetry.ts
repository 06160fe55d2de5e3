/** The OpenTelemetry operator's collector: its spec is a pod and its only container at once (apis/v1beta1, common.go). */
import type { JsonObject, Path } from '../../model.js'
import { isObject } from '../world.js'
import { type Draft, listed } from './pod-draft.js'

type Fields = { readonly [key: string]: unknown }

/** Name that the operator gives the container. */
const CONTAINER = 'otc-container'

/** Fields of the spec → fields of a PodSpec. */
const POD_FIELDS = {
  hostNetwork: 'hostNetwork',
  hostPID: 'hostPID',
  podSecurityContext: 'securityContext',
  serviceAccount: 'serviceAccountName',
  shareProcessNamespace: 'shareProcessNamespace',
  tolerations: 'tolerations',
  nodeSelector: 'nodeSelector',
  affinity: 'affinity',
}

export function podsOfCollector(group: string, kind: string, object: Fields, prefix: Path): readonly Draft[] {
  const spec = object['spec']
  if (group !== 'opentelemetry.io' || kind !== 'OpenTelemetryCollector' || !isObject(spec)) return []
  const at = [...prefix, 'spec']
  const named = Object.entries(POD_FIELDS).filter(([field]) => spec[field] !== undefined && spec[field] !== null)
  const container = { ...spec, name: CONTAINER } as JsonObject
  return [
    {
      path: at,
      spec: Object.fromEntries(named.map(([field, standard]) => [standard, spec[field]])),
      metadataPath: at,
      metadata: { annotations: spec['podAnnotations'] ?? {} },
      containers: [
        ...listed(spec['initContainers'], [...at, 'initContainers'], () => 'init'),
        { name: CONTAINER, role: 'app', path: at, spec: container, under: [] },
        ...listed(spec['additionalContainers'], [...at, 'additionalContainers'], () => 'app'),
      ],
      volumes: [{ path: [...at, 'volumes'], list: spec['volumes'] }],
      origins: Object.fromEntries(named.map(([field, standard]) => [standard, [...at, field]])),
      partial: true,
      byShape: false,
      claims: [spec, spec['initContainers'], spec['additionalContainers']],
    },
  ]
}
