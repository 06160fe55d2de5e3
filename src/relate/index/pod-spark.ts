/** Spark applications: a driver and an executor pod, written as fields of their own (api/v1beta2, SparkPodSpec). */
import type { JsonObject, Path } from '../../model.js'
import { isObject } from '../world.js'
import { type Draft, listed } from './pod-draft.js'
import { valuesAt } from './pod-places.js'

type Fields = { readonly [key: string]: unknown }

/** Where each kind keeps its SparkApplicationSpec. */
const SPECS: { readonly [kind: string]: readonly string[] } = {
  SparkApplication: ['spec'],
  ScheduledSparkApplication: ['spec', 'template'],
}

/** Names that Spark gives the main container of each pod. */
const ROLES = { driver: 'spark-kubernetes-driver', executor: 'spark-kubernetes-executor' }

/** Fields of SparkPodSpec → field of a PodSpec. */
const POD_FIELDS = {
  hostNetwork: 'hostNetwork',
  podSecurityContext: 'securityContext',
  serviceAccount: 'serviceAccountName',
  tolerations: 'tolerations',
  nodeSelector: 'nodeSelector',
}

export function podsOfSpark(group: string, kind: string, object: Fields, prefix: Path): readonly Draft[] {
  const keys = group === 'sparkoperator.k8s.io' ? SPECS[kind] : undefined
  if (keys === undefined) return []
  return valuesAt(object, keys, prefix).flatMap(({ value: application, path }) => {
    if (!isObject(application)) return []
    return Object.entries(ROLES).flatMap(([role, name]): readonly Draft[] => {
      const pod = application[role]
      if (!isObject(pod)) return []
      const at = [...path, role]
      const named = Object.entries(POD_FIELDS).filter(([field]) => pod[field] !== undefined && pod[field] !== null)
      const container: JsonObject = { image: application['image'], ...pod, name } as JsonObject
      return [
        {
          path: at,
          spec: Object.fromEntries(named.map(([field, standard]) => [standard, pod[field]])),
          metadataPath: at,
          metadata: pod,
          containers: [
            ...listed(pod['initContainers'], [...at, 'initContainers'], () => 'init'),
            { name, role: 'app', path: at, spec: container, under: [] },
            ...listed(pod['sidecars'], [...at, 'sidecars'], () => 'app'),
          ],
          volumes: [{ path: [...path, 'volumes'], list: application['volumes'] }],
          origins: Object.fromEntries(named.map(([field, standard]) => [standard, [...at, field]])),
          // A pod template in Spark's own configuration may say what is left out here.
          partial: true,
          byShape: false,
          claims: [pod],
        },
      ]
    })
  })
}
