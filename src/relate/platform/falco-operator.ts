/**
 * The Falco operator: rules and settings are resources of their own, of the namespace of the Falco that loads them, in
 * the order of their priority (falcosecurity/falco-operator, docs/crds; internal/pkg/resources/falco.go).
 */
import type { Resource } from '../../model.js'
import { refTo } from '../world.js'
import type { FalcoFacts } from './falco.js'
import { falcoOutput } from './falco.js'
import { DEFAULT_RULES, shellRuleOf } from './falco-rules.js'
import { located } from './located.js'
import type { FilesOfConfig, SeenFiles } from './seen-files.js'
import { objectOf, parseYaml, textOf, valueAt } from './text.js'

const GROUP = 'artifact.falcosecurity.dev'

/** Where the operator writes rules, the only place that its falco.yaml names. */
const RULES = '/etc/falco/rules.d'

/** What the operator's own falco.yaml says, as far as it matters here. */
const OPERATOR_CONFIG = { stdout_output: { enabled: true }, priority: 'debug' }

/** The rules that the Falco project publishes as an artifact. */
const PUBLISHED = /(^|\/)falcosecurity\/rules\/falco-rules$/

export function operatedFalcoFacts(
  falco: Resource,
  resources: readonly Resource[],
  filesOf: FilesOfConfig,
): Pick<FalcoFacts, 'shellRule' | 'output'> {
  const own = resources
    .filter(({ group, namespace }) => group === GROUP && namespace === falco.namespace)
    .sort((a, b) => priorityOf(a) - priorityOf(b))
  const settings = settingsOf(
    own.filter(({ kind }) => kind === 'Config'),
    filesOf,
  )
  const rulesfiles = own.filter(({ kind }) => kind === 'Rulesfile')
  const output = falcoOutput(settings, ['spec'], [])
  if (rulesfiles.length === 0)
    return {
      shellRule: located('unknown', 'it loads Rulesfile resources, and none is declared here', ['spec']),
      output,
    }
  const read = rulesfiles.map((resource) => rulesOf(resource, filesOf))
  const published = read.some((rules) => rules.published)
  const seen: SeenFiles = {
    files: read.flatMap((rules) => rules.seen.files),
    missing: read.flatMap((rules) => rules.seen.missing),
  }
  const config = { ...settings, rules_files: [...(published ? [DEFAULT_RULES] : []), RULES] }
  const by = rulesfiles.map((resource) => refTo(resource))
  const shellRule = shellRuleOf(config, new Map(), seen, ['spec'], by)
  const foreign = read.flatMap((rules) => rules.foreign)
  if (shellRule.answer === 'no' && foreign[0] !== undefined && shellRule.by.every(({ path }) => path === undefined))
    return { shellRule: located('unknown', `rules come from ${foreign[0]}`, ['spec'], by), output }
  return { shellRule, output }
}

function priorityOf({ object }: Resource): number {
  const priority = valueAt(object, 'spec', 'priority')
  return typeof priority === 'number' ? priority : 50
}

interface Rules {
  readonly seen: SeenFiles
  /** Whether the project's own rules are among them. */
  readonly published: boolean
  /** Artifacts whose rules nobody here can tell. */
  readonly foreign: readonly string[]
}

function rulesOf(resource: Resource, filesOf: FilesOfConfig): Rules {
  const spec = objectOf(resource.object['spec'])
  const at = `${RULES}/${String(priorityOf(resource)).padStart(2, '0')}-${resource.name}`
  const inline = spec['inlineRules']
  const artifact = textOf(valueAt(spec, 'ociArtifact', 'image', 'repository'))
  const { files, missing } = configMapFile(spec, 'rules.yaml', resource.namespace, filesOf)
  return {
    seen: {
      files: [
        ...files.map((file) => ({ ...file, at: `${at}-02.yaml` })),
        ...(inline === undefined || inline === null
          ? []
          : [
              {
                name: 'inlineRules',
                text: typeof inline === 'string' ? inline : JSON.stringify(inline),
                path: ['spec', 'inlineRules'],
                at: `${at}-03.yaml`,
                resource,
              },
            ]),
      ],
      missing,
    },
    published: PUBLISHED.test(artifact),
    foreign: artifact === '' || PUBLISHED.test(artifact) ? [] : [artifact],
  }
}

function configMapFile(
  spec: { readonly [key: string]: unknown },
  key: string,
  namespace: string,
  filesOf: FilesOfConfig,
): SeenFiles {
  const name = textOf(valueAt(spec, 'configMapRef', 'name'))
  if (name === '') return { files: [], missing: [] }
  const found = filesOf('ConfigMap', name, namespace)
  if (found === null)
    return {
      files: [],
      missing: [{ kind: 'ConfigMap', name, mountPath: RULES, subPath: '', items: null, optional: false }],
    }
  return {
    files: found.files
      .filter((file) => file.name === key)
      .map((file) => ({ ...file, at: key, resource: found.resource })),
    missing: [],
  }
}

/** Fragments over the operator's own, each key of a later one in place of an earlier one's. */
function settingsOf(configs: readonly Resource[], filesOf: FilesOfConfig): { readonly [key: string]: unknown } {
  const fragments = configs.flatMap(({ object, namespace }) => {
    const spec = objectOf(object['spec'])
    const { files } = configMapFile(spec, 'config.yaml', namespace, filesOf)
    return [...files.map(({ text }) => objectOf(parseYaml(text).value)), objectOf(spec['config'])]
  })
  return Object.assign({}, OPERATOR_CONFIG, ...fragments) as { readonly [key: string]: unknown }
}
