/**
 * Falco and Tetragon: whether they run on every node, whether a shell in a container is told, and whether anybody gets
 * to hear of it.
 */
import type { Pod, Resource } from '../../model.js'
import { operatedFalcoFacts } from './falco-operator.js'
import { FALCO_IMAGE, falcoOf } from './falco.js'
import { located, type Located } from './located.js'
import { type Placement, reachOf } from './nodes.js'
import { type FilesOfConfig, seenFilesOf } from './seen-files.js'
import { TETRAGON_IMAGE, tetragonOf } from './tetragon.js'
import { objectOf, textOf, valueAt } from './text.js'

export interface DetectorFacts {
  /** `Falco`, `Tetragon`. */
  readonly name: string
  readonly everyNode: Located
  /** Whether a shell that is started in a container gives an event. */
  readonly shellRule: Located
  /** Whether events go anywhere. */
  readonly output: Located
}

export type Detector = 'Falco' | 'Tetragon'

export function detectorOfPod(pod: Pod): Detector | null {
  for (const { role, spec } of pod.containers) {
    if (role === 'init' || role === 'ephemeral') continue
    const image = textOf(spec['image'])
    if (FALCO_IMAGE.test(image)) return 'Falco'
    if (TETRAGON_IMAGE.test(image)) return 'Tetragon'
  }
  return null
}

/** The facts of a workload that runs a detector; null where it runs none, or Falco for other events than the nodes'. */
export function detectorFacts(
  resource: Resource,
  pod: Pod | null,
  resources: readonly Resource[],
  filesOf: FilesOfConfig,
): DetectorFacts | null {
  if (resource.group === 'instance.falcosecurity.dev' && resource.kind === 'Falco')
    return operatedFalco(resource, resources, filesOf)
  if (pod === null || resource.group !== 'apps') return null
  const name = detectorOfPod(pod)
  if (name === null) return null
  const seen = seenFilesOf(pod, resource.namespace, filesOf)
  const { answer, why, path } = reachOf(resource, pod)
  const everyNode = located(answer, why, path)
  if (name === 'Tetragon') return { name, everyNode, ...tetragonOf(pod, seen) }
  const falco = falcoOf(pod, seen)
  // A Deployment that only reads the audit log, a cloud trail or another plugin's events watches no node.
  return falco === null || (resource.kind === 'Deployment' && falco.plugins)
    ? null
    : { name, everyNode, shellRule: falco.shellRule, output: falco.output }
}

/** The Falco operator: a DaemonSet unless it says otherwise; rules and settings are resources of their own. */
function operatedFalco(resource: Resource, resources: readonly Resource[], filesOf: FilesOfConfig): DetectorFacts {
  const spec = objectOf(resource.object['spec'])
  const daemon = textOf(spec['type']).toLowerCase() !== 'deployment'
  const at = ['spec', 'podTemplateSpec', 'spec']
  const template = objectOf(valueAt(spec, 'podTemplateSpec', 'spec'))
  // The operator's own DaemonSet tolerates the control plane; a template replaces that.
  const tolerations = template['tolerations'] === undefined ? [{ operator: 'Exists' }] : template['tolerations']
  const reach = daemon
    ? reachOf(
        { group: 'apps', kind: 'DaemonSet' },
        { spec: { ...template, tolerations } as Placement['spec'], path: at, origins: {} },
      )
    : { answer: 'no' as const, why: 'a Deployment runs only where its replicas are scheduled', path: ['spec', 'type'] }
  return {
    name: 'Falco',
    everyNode: located(reach.answer, reach.why, reach.path),
    ...operatedFalcoFacts(resource, resources, filesOf),
  }
}
