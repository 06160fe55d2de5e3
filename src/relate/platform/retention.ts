/** How long logs are kept: index lifecycles of Elasticsearch and OpenSearch, Loki's retention, Curator. */
import type { Path, Pod, Resource } from '../../model.js'
import { isObject } from '../world.js'
import { switchOf } from './shippers/config.js'
import { type CarriedFile, hasKey, listOf, objectOf, parseYaml, textOf, textsOf, valueAt } from './text.js'

export interface RetentionFacts {
  /** `index lifecycle policy logs`, `Loki`. */
  readonly name: string
  /** Whether anything is ever deleted. */
  readonly deletes: 'yes' | 'no' | 'unknown'
  /** Days until then; null: never, or not known. */
  readonly days: number | null
  readonly path: Path
}

/* ------------------------------------------------------------- durations */

const DAYS: { readonly [unit: string]: number } = {
  ms: 1 / 86_400_000,
  s: 1 / 86_400,
  m: 1 / 1440,
  h: 1 / 24,
  d: 1,
  w: 7,
  M: 30,
  y: 365,
}

/** `30d`, `744h`, `1d12h`, `1y`: in days; null: no duration. */
export function daysOf(text: string): number | null {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwMy])/g)]
  if (parts.length === 0) return /^0+$/.test(text.trim()) ? 0 : null
  if (parts.map(([whole]) => whole).join('') !== text.trim()) return null
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (DAYS[unit ?? ''] ?? 0), 0)
}

/* ------------------------------------------------------------- resources */

export function retentionOf(resource: Resource, pod: Pod | null): readonly RetentionFacts[] {
  const { group, kind, object } = resource
  switch (`${group}/${kind}`) {
    case 'stackconfigpolicy.k8s.elastic.co/StackConfigPolicy': {
      const at = ['spec', 'elasticsearch', 'indexLifecyclePolicies']
      return Object.entries(objectOf(valueAt(object, ...at))).map(([name, policy]) =>
        lifecycle(name, policy, [...at, name], true),
      )
    }
    case 'opensearch.opster.io/OpenSearchISMPolicy':
      return [stateManagement(resource.name, object['spec'], ['spec'])]
    case 'loki.grafana.com/LokiStack': {
      const at = ['spec', 'limits', 'global', 'retention']
      const retention = objectOf(valueAt(object, ...at))
      const days = Number(textOf(retention['days']))
      return [
        {
          name: `LokiStack ${resource.name}`,
          deletes: days > 0 ? 'yes' : 'no',
          days: days > 0 ? days : null,
          path: days > 0 ? [...at, 'days'] : at,
        },
      ]
    }
    default:
      return pod === null ? [] : curatorJobs(resource, pod)
  }
}

/** A CronJob that runs Curator: its actions are in a file, and count there. */
function curatorJobs(resource: Resource, pod: Pod): readonly RetentionFacts[] {
  if (resource.kind !== 'CronJob') return []
  const container = pod.containers.find(({ spec }) =>
    /(^|\/)(elasticsearch-)?curator(:|@|$)/.test(textOf(spec['image'])),
  )
  const single =
    container === undefined ? undefined : textsOf(container.spec['args']).find((word) => word.includes('unit_count'))
  if (container === undefined || single === undefined) return []
  const count = /"?unit_count"?\s*[:=]\s*"?(\d+)/.exec(single)?.[1]
  const unit = /"?unit"?\s*[:=]\s*"?(\w+)/.exec(single)?.[1] ?? 'days'
  const days = count === undefined ? null : Number(count) * unitDays(unit)
  return [{ name: 'Curator', deletes: days === null ? 'unknown' : 'yes', days, path: [...container.path, 'args'] }]
}

/* ----------------------------------------------------------------- files */

export function retentionOfFile(file: CarriedFile): readonly RetentionFacts[] {
  const { text, path, name } = file
  if (/"phases"\s*:|^\s*phases\s*:/m.test(text)) {
    const { value } = parseYaml(text)
    return phasesOf(value) === null ? [] : [lifecycle(name.replace(/\.(json|ya?ml)$/, ''), value, path, false)]
  }
  if (/"default_state"\s*:|^\s*default_state\s*:/m.test(text) && /states"?\s*:/.test(text)) {
    const { value } = parseYaml(text)
    return [stateManagement(name.replace(/\.(json|ya?ml)$/, ''), value, path)]
  }
  if (hasKey(text, 'schema_config')) return loki(text, path)
  if (hasKey(text, 'actions') && /action["']?\s*:\s*["']?delete_indices/.test(text)) return curator(text, path)
  return []
}

/** https://www.elastic.co/docs/manage-data/lifecycle/index-lifecycle-management: `delete` removes an index `min_age` after its rollover. */
function lifecycle(name: string, value: unknown, path: Path, structured: boolean): RetentionFacts {
  const label = `index lifecycle policy ${name}`
  const remove = objectOf(objectOf(phasesOf(value))['delete'])
  const actions = objectOf(remove['actions'])
  // Without actions the phase deletes nothing.
  const deletes = isObject(remove['actions']) && Object.hasOwn(actions, 'delete')
  if (!deletes) return { name: label, deletes: 'no', days: null, path: structured ? [...path, 'phases'] : path }
  const age = textOf(remove['min_age'])
  const days = age === '' ? 0 : daysOf(age)
  return {
    name: label,
    deletes: days === null ? 'unknown' : 'yes',
    days,
    path: structured ? [...path, 'phases', 'delete', 'min_age'] : path,
  }
}

function phasesOf(value: unknown): { readonly [key: string]: unknown } | null {
  const phases = valueAt(value, 'policy', 'phases') ?? valueAt(value, 'phases')
  return isObject(phases) && ['hot', 'warm', 'cold', 'frozen', 'delete'].some((phase) => Object.hasOwn(phases, phase))
    ? phases
    : null
}

/** https://docs.opensearch.org/latest/im-plugin/ism/policies/ */
function stateManagement(name: string, value: unknown, path: Path): RetentionFacts {
  const policy = objectOf(objectOf(value)['policy'] ?? value)
  const states = listOf(policy['states']).filter(isObject)
  const removing = new Set(
    states
      .filter((state) => listOf(state['actions']).some((action) => Object.hasOwn(objectOf(action), 'delete')))
      .map((state) => textOf(state['name'])),
  )
  const label = `index state policy ${name}`
  if (removing.size === 0) return { name: label, deletes: 'no', days: null, path }
  const ages = states.flatMap((state) =>
    listOf(state['transitions'])
      .filter((transition) =>
        removing.has(textOf(objectOf(transition)['state_name'] ?? objectOf(transition)['stateName'])),
      )
      .map((transition) => {
        const conditions = objectOf(objectOf(transition)['conditions'])
        return daysOf(textOf(conditions['min_index_age'] ?? conditions['minIndexAge']))
      }),
  )
  const known = ages.filter((age) => age !== null)
  return { name: label, deletes: 'yes', days: known.length === 0 ? null : Math.max(...known), path }
}

/** https://grafana.com/docs/loki/latest/operations/storage/retention/: nothing is deleted unless the compactor is told to. */
function loki(text: string, path: Path): readonly RetentionFacts[] {
  const { value, error } = parseYaml(text)
  if (error !== null) return [{ name: 'Loki', deletes: 'unknown', days: null, path }]
  const period = textOf(valueAt(value, 'limits_config', 'retention_period'))
  const table = textOf(valueAt(value, 'table_manager', 'retention_period'))
  const compactor = switchOf(valueAt(value, 'compactor', 'retention_enabled'), 'no')
  const manager = switchOf(valueAt(value, 'table_manager', 'retention_deletes_enabled'), 'no')
  if (compactor !== 'yes' && manager !== 'yes') {
    const deletes = compactor === 'unknown' || manager === 'unknown' ? 'unknown' : 'no'
    return [{ name: 'Loki', deletes, days: null, path }]
  }
  // Zero, the default, keeps streams for ever.
  const days = daysOf(compactor === 'yes' && period !== '' ? period : table)
  return [
    {
      name: 'Loki',
      deletes:
        days === 0 || (days === null && period === '' && table === '') ? 'no' : days === null ? 'unknown' : 'yes',
      days: days === 0 ? null : days,
      path,
    },
  ]
}

function unitDays(unit: string): number {
  return { seconds: 1 / 86_400, minutes: 1 / 1440, hours: 1 / 24, days: 1, weeks: 7, months: 30, years: 365 }[unit] ?? 1
}

function curator(text: string, path: Path): readonly RetentionFacts[] {
  const { value } = parseYaml(text)
  const actions = Object.values(objectOf(objectOf(value)['actions'])).filter(isObject)
  const ages = actions
    .filter(
      (action) =>
        action['action'] === 'delete_indices' &&
        switchOf(objectOf(action['options'])['disable_action'], 'no') !== 'yes',
    )
    .flatMap((action) => listOf(action['filters']))
    .filter((filter) => objectOf(filter)['filtertype'] === 'age')
    .map((filter) => Number(textOf(objectOf(filter)['unit_count'])) * unitDays(textOf(objectOf(filter)['unit'])))
    .filter((days) => Number.isFinite(days))
  return [
    {
      name: 'Curator',
      deletes: ages.length > 0 ? 'yes' : 'no',
      days: ages.length > 0 ? Math.min(...ages) : null,
      path,
    },
  ]
}
