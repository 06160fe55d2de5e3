/**
 * Fluent Operator: a FluentBit names its configuration, and that selects inputs and outputs by their labels, an empty
 * selector all of them (fluent/fluent-operator, controllers/fluentbitconfig_controller.go).
 */
import type { Resource } from '../../../model.js'
import { type LabelSelector, selects } from '../../selector.js'
import { fluentOperatorOutputs } from '../log-outputs.js'
import { objectOf, textOf, valueAt } from '../text.js'
import { merged, type ShipperConfig } from './config.js'
import { readFluentBit } from './fluent-bit.js'

const GROUP = 'fluentbit.fluent.io'

export interface Joined {
  readonly config: ShipperConfig
  /** What it was put together from. */
  readonly resources: readonly Resource[]
}

/** null: its configuration is not declared here, or this is no FluentBit. */
export function joinedFluentBit(fluentBit: Resource, resources: readonly Resource[]): Joined | null {
  if (fluentBit.group !== GROUP || fluentBit.kind !== 'FluentBit') return null
  const own = resources.filter(({ group }) => group === GROUP)
  const spec = objectOf(fluentBit.object['spec'])
  const named = own.find(
    ({ kind, name }) => kind === 'ClusterFluentBitConfig' && name === textOf(spec['fluentBitConfigName']),
  )
  if (named === undefined) return null
  const wanted = spec['namespaceFluentBitCfgSelector']
  const further =
    wanted === undefined ? [] : own.filter((other) => other.kind === 'FluentBitConfig' && isSelected(wanted, other))
  const parts = [
    ...selectedBy(named, 'inputSelector', 'ClusterInput', own),
    ...selectedBy(named, 'outputSelector', 'ClusterOutput', own),
    ...further.flatMap((config) =>
      selectedBy(config, 'outputSelector', 'Output', own).filter(({ namespace }) => namespace === config.namespace),
    ),
  ]
  return { config: merged([NOTHING, ...parts.map(configOf)]), resources: [named, ...further, ...parts] }
}

const NOTHING: ShipperConfig = { files: [], containers: null, outputs: [] }

function selectedBy(config: Resource, field: string, kind: string, among: readonly Resource[]): readonly Resource[] {
  const selector = valueAt(config.object, 'spec', field)
  return among.filter((resource) => resource.kind === kind && isSelected(selector, resource))
}

function isSelected(selector: unknown, { object }: Resource): boolean {
  return (
    selects(objectOf(selector) as LabelSelector, { values: object.metadata.labels ?? {}, complete: true }) === 'yes'
  )
}

function configOf({ kind, object }: Resource): ShipperConfig {
  const spec = objectOf(object['spec'])
  if (kind !== 'ClusterInput') return { ...NOTHING, outputs: fluentOperatorOutputs(spec) }
  const custom = readFluentBit(`[INPUT]\n${textOf(objectOf(spec['customPlugin'])['config'])}`)
  const path = textOf(objectOf(spec['tail'])['path'])
  return {
    ...NOTHING,
    files: [...(path === '' ? [] : path.split(',')), ...('error' in custom ? [] : custom.files)],
  }
}
