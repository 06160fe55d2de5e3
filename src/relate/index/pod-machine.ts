/**
 * KubeVirt's virtual machines: each runs in a pod that KubeVirt makes, `virt-launcher`, with the labels of the machine
 * (pkg/virt-controller/services/template.go). Policies and meshes hold a machine by that pod; its containers are
 * KubeVirt's own, and nothing here says what is in them.
 */
import type { Path, PodSpec } from '../../model.js'
import { isObject } from '../world.js'
import type { Draft } from './pod-draft.js'
import { valuesAt } from './pod-places.js'

type Fields = { readonly [key: string]: unknown }

/** Where each kind keeps a machine's metadata and spec. */
const MACHINES: { readonly [groupKind: string]: readonly string[] } = {
  'kubevirt.io/VirtualMachine': ['spec', 'template'],
  'kubevirt.io/VirtualMachineInstance': [],
  'kubevirt.io/VirtualMachineInstanceReplicaSet': ['spec', 'template'],
  'pool.kubevirt.io/VirtualMachinePool': ['spec', 'virtualMachineTemplate', 'spec', 'template'],
}

export function podsOfMachine(group: string, kind: string, object: Fields, prefix: Path): readonly Draft[] {
  const keys = MACHINES[`${group}/${kind}`]
  if (keys === undefined) return []
  return valuesAt(object, keys, prefix).flatMap(({ value: machine, path }): readonly Draft[] => {
    if (!isObject(machine)) return []
    const at = [...path, 'spec']
    const account = accountOf(isObject(machine['spec']) ? machine['spec']['volumes'] : undefined, at)
    return [
      {
        path: at,
        // KubeVirt mounts no token; a machine that is to have one asks for it by a volume.
        spec: { automountServiceAccountToken: account !== null, ...(account === null ? {} : account.spec) },
        metadataPath: [...path, 'metadata'],
        metadata: machine['metadata'],
        labels: { 'kubevirt.io': 'virt-launcher' },
        containers: [],
        volumes: [],
        origins: account === null ? {} : { serviceAccountName: account.path },
        partial: false,
        byShape: false,
        claims: [machine['spec']],
      },
    ]
  })
}

/** The service account that a volume of the machine hands to it. */
function accountOf(volumes: unknown, path: Path): { readonly spec: PodSpec; readonly path: Path } | null {
  if (!Array.isArray(volumes)) return null
  for (const [i, volume] of volumes.entries()) {
    const account: unknown = isObject(volume) ? volume['serviceAccount'] : undefined
    const name = isObject(account) ? account['serviceAccountName'] : undefined
    if (typeof name !== 'string') continue
    const at = [...path, 'volumes', i, 'serviceAccount', 'serviceAccountName']
    return { spec: { serviceAccountName: name }, path: at }
  }
  return null
}
