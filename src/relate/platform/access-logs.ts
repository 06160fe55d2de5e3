/** Istio's access logs: meshConfig and Telemetry (https://istio.io/latest/docs/tasks/observability/logs/access-log/). */
import type { Path, Resource, Truth } from '../../model.js'
import { isObject } from '../world.js'
import { switchOf } from './shippers/config.js'
import { type CarriedFile, listOf, objectOf, parseYaml, textOf, valueAt } from './text.js'

export interface AccessLogFacts {
  /** `the mesh`, `namespace shop`, `a workload selection`: whose logs it decides. */
  readonly scope: 'mesh' | 'namespace' | 'workload'
  readonly on: Truth
  readonly why: string
  readonly path: Path
}

/** What one resource says about access logs; `rootNamespace` is the mesh's. */
export function accessLogsOf(
  resource: Resource,
  files: readonly CarriedFile[],
  rootNamespace: string,
): readonly AccessLogFacts[] {
  const { group, kind, name, object } = resource
  switch (`${group}/${kind}`) {
    case 'telemetry.istio.io/Telemetry':
      return telemetry(resource, rootNamespace)
    case 'install.istio.io/IstioOperator': {
      const profile = textOf(valueAt(object, 'spec', 'profile'))
      const at = ['spec', 'meshConfig']
      const own = meshConfig(valueAt(object, ...at), at)
      const nested = ['spec', 'values', 'meshConfig']
      const values = isObject(valueAt(object, ...nested)) ? meshConfig(valueAt(object, ...nested), nested) : null
      // The demo profile writes them to standard output.
      if (own.on === 'no' && profile === 'demo' && !Object.hasOwn(objectOf(valueAt(object, ...at)), 'accessLogFile'))
        return [{ ...own, on: 'yes', why: 'the demo profile writes access logs' }]
      return [own.on === 'no' && values !== null && values.on !== 'no' ? values : own]
    }
    case 'sailoperator.io/Istio': {
      const at = ['spec', 'values', 'meshConfig']
      return [meshConfig(valueAt(object, ...at), at)]
    }
    case '/ConfigMap': {
      const mesh = /^istio(-[\w-]+)?$/.test(name) ? files.find((file) => file.name === 'mesh') : undefined
      if (mesh === undefined) return []
      const { value, error } = parseYaml(mesh.text)
      if (error !== null)
        return [
          { scope: 'mesh', on: 'unknown', why: `the mesh configuration cannot be read: ${error}`, path: mesh.path },
        ]
      return [{ ...meshConfig(value, mesh.path), path: mesh.path }]
    }
    default:
      return []
  }
}

/** `accessLogFile` is empty, off, unless it is set; defaultProviders and the gRPC service do the same. */
function meshConfig(config: unknown, at: Path): AccessLogFacts {
  const mesh = objectOf(config)
  const file = textOf(mesh['accessLogFile'])
  const path = [...at, 'accessLogFile']
  if (file !== '' && file !== 'disabled')
    return { scope: 'mesh', on: 'yes', why: `access logs are written to ${file}`, path }
  if (listOf(valueAt(mesh, 'defaultProviders', 'accessLogging')).length > 0)
    return {
      scope: 'mesh',
      on: 'yes',
      why: 'a default provider takes access logs',
      path: [...at, 'defaultProviders', 'accessLogging'],
    }
  if (switchOf(mesh['enableEnvoyAccessLogService'], 'no') === 'yes')
    return {
      scope: 'mesh',
      on: 'yes',
      why: 'an access log service takes access logs',
      path: [...at, 'enableEnvoyAccessLogService'],
    }
  return { scope: 'mesh', on: 'no', why: 'the mesh configuration writes no access logs', path }
}

/** https://istio.io/latest/docs/reference/config/telemetry/#AccessLogging */
function telemetry(resource: Resource, rootNamespace: string): readonly AccessLogFacts[] {
  const spec = objectOf(resource.object['spec'])
  if (!Array.isArray(spec['accessLogging'])) return []
  const selected = isObject(spec['selector']) || isObject(spec['targetRef']) || listOf(spec['targetRefs']).length > 0
  const scope = selected ? 'workload' : resource.namespace === rootNamespace ? 'mesh' : 'namespace'
  const entries = listOf(spec['accessLogging']).map(objectOf)
  const off = entries.findIndex((entry) => switchOf(entry['disabled'], 'no') === 'yes')
  if (off >= 0) {
    const mode = textOf(valueAt(entries[off], 'match', 'mode'))
    const side = mode === 'CLIENT' ? 'of outbound requests ' : mode === 'SERVER' ? 'of inbound requests ' : ''
    return [
      { scope, on: 'no', why: `access logs ${side}are switched off`, path: ['spec', 'accessLogging', off, 'disabled'] },
    ]
  }
  if (entries.length === 0)
    return [
      { scope, on: 'unknown', why: 'an empty accessLogging leaves it to the mesh', path: ['spec', 'accessLogging'] },
    ]
  return [{ scope, on: 'yes', why: 'access logs are on', path: ['spec', 'accessLogging'] }]
}

/** Whether a resource is Istio's own, or puts something into its mesh. */
export function usesIstio({ group, kind, object }: Resource): boolean {
  if (/(^|\.)istio\.io$/.test(group) || group === 'sailoperator.io') return true
  if (group !== '' || kind !== 'Namespace') return false
  const labels = objectOf(object.metadata.labels)
  return (
    labels['istio-injection'] === 'enabled' ||
    labels['istio.io/rev'] !== undefined ||
    labels['istio.io/dataplane-mode'] === 'ambient'
  )
}
