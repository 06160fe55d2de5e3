import { describe, expect, test } from '@jest/globals'
import { configMap, factOf, factsOf } from './platform-world.js'

const CONFIG = `rules_files: [/etc/falco/falco_rules.yaml, /etc/falco/falco_rules.local.yaml, /etc/falco/rules.d]
priority: debug
stdout_output: {enabled: true}
`

interface Falco {
  readonly config?: string | null
  readonly rules?: string
  readonly args?: string
  readonly kind?: string
  readonly image?: string
  readonly rulesMount?: string
}

/** Falco with its configuration and custom rules. */
function falco({
  config = CONFIG,
  rules = '',
  args = '[/usr/bin/falco]',
  kind = 'DaemonSet',
  image = 'falcosecurity/falco:0.41.0',
  rulesMount = '/etc/falco/rules.d',
}: Falco): string {
  const mounts = [
    ...(config === null ? [] : ['{name: config, mountPath: /etc/falco/falco.yaml, subPath: falco.yaml}']),
    ...(rules === '' ? [] : [`{name: rules, mountPath: ${rulesMount}}`]),
  ]
  const workload = `apiVersion: apps/v1
kind: ${kind}
metadata: {name: falco, namespace: falco}
spec:
  selector: {matchLabels: {app: falco}}
  template:
    metadata: {labels: {app: falco}}
    spec:
      tolerations: [{operator: Exists}]
      containers:
      - name: falco
        image: ${image}
        args: ${args}
        volumeMounts: [${mounts.join(', ')}]
      volumes:
      - {name: config, configMap: {name: falco}}
      - {name: rules, configMap: {name: falco-rules}}
`
  const files = [
    ...(config === null ? [] : [configMap('falco', 'falco.yaml', config, 'falco')]),
    ...(rules === '' || rules === 'elsewhere' ? [] : [configMap('falco-rules', 'a.yaml', rules, 'falco')]),
  ]
  return [workload, ...files].join('---\n')
}

const detector = (options: Falco) => factOf(falco(options), `${options.kind ?? 'DaemonSet'}/falco`).detectors[0]

describe('Falco: a shell in a container', () => {
  const rule = (text: string) => `- rule: Terminal shell in container\n  ${text}\n`
  test.each<[string, Falco, string]>([
    ['as it ships', {}, 'yes'],
    ['without a configuration of its own', { config: null }, 'yes'],
    ['enabled: false', { rules: rule('enabled: false') }, 'no'],
    ['enabled: false, then true', { rules: rule('enabled: false') + rule('enabled: true') }, 'yes'],
    ['override enabled', { rules: rule('enabled: false\n  override: {enabled: replace}') }, 'no'],
    ['an exception appended', { rules: rule('condition: and not proc.name = x\n  append: true') }, 'yes'],
    ['never appended', { rules: rule('condition: and (never_true)\n  append: true') }, 'no'],
    ['never by override', { rules: rule('condition: and never_true\n  override: {condition: append}') }, 'no'],
    ['replaced by never', { rules: rule('condition: never_true\n  override: {condition: replace}') }, 'no'],
    [
      'its macro always true',
      { rules: '- macro: user_expected_terminal_shell_in_container_conditions\n  condition: (always_true)\n' },
      'no',
    ],
    [
      'its macro narrowed',
      {
        rules:
          '- macro: user_expected_terminal_shell_in_container_conditions\n  condition: (container.image.repository = x)\n',
      },
      'yes',
    ],
    [
      'priority raised to the minimum',
      { config: CONFIG.replace('debug', 'warning'), rules: rule('priority: WARNING\n  override: {priority: replace}') },
      'yes',
    ],
    ['below the minimum', { config: CONFIG.replace('debug', 'warning') }, 'no'],
    ['at the minimum', { config: CONFIG.replace('debug', 'notice') }, 'yes'],
    ['below the minimum by argument', { args: '[/usr/bin/falco, -opriority=error]' }, 'no'],
    ['by option, long', { args: '[/usr/bin/falco, --option, priority=error]' }, 'no'],
    ['the syscall source off', { args: '[/usr/bin/falco, --disable-source, syscall]' }, 'no'],
    ['another source alone', { args: '[/usr/bin/falco, --enable-source=k8s_audit]' }, 'no'],
    ['the default rules not loaded', { args: '[/usr/bin/falco, -r, /etc/falco/rules.d]' }, 'no'],
    ['a tag off', { args: '[/usr/bin/falco, -T, shell]' }, 'no'],
    ['a rule off by part of its name', { args: '[/usr/bin/falco, -D, Terminal shell]' }, 'no'],
    ['all off', { config: `${CONFIG}rules: [{disable: {rule: "*"}}]\n` }, 'no'],
    ['all off but one', { config: `${CONFIG}rules: [{disable: {rule: "*"}}, {enable: {rule: "Terminal*"}}]\n` }, 'yes'],
    [
      'one on by selection, off in a file',
      { config: `${CONFIG}rules: [{enable: {tag: shell}}]\n`, rules: rule('enabled: false') },
      'yes',
    ],
    ['custom rules that are not here', { rules: 'elsewhere' }, 'unknown'],
    ['rules that cannot be read', { rules: '- rule: [' }, 'unknown'],
  ])('%s', (_what, options, answer) => {
    expect(detector(options)?.shellRule.answer).toBe(answer)
  })

  test("a rule of one's own", () => {
    const own = (condition: string) => ({
      config: CONFIG.replace('/etc/falco/falco_rules.yaml, ', ''),
      rules: `- rule: mine\n  condition: ${condition}\n  priority: ALERT\n  output: x\n  desc: y\n`,
    })
    expect(detector(own('spawned_process and container and shell_procs'))?.shellRule.answer).toBe('yes')
    expect(
      detector(own('evt.type = execve and container.id != host and proc.name in (bash, sh)'))?.shellRule.answer,
    ).toBe('yes')
    expect(detector(own('spawned_process and container and proc.name = curl'))?.shellRule.answer).toBe('no')
    expect(detector(own('spawned_process and shell_procs'))?.shellRule.answer).toBe('no')
  })

  test('what switched it off is named', () => {
    expect(detector({ rules: rule('enabled: false') })?.shellRule.by).toMatchObject([
      { kind: 'ConfigMap', name: 'falco-rules', path: ['data', 'a.yaml'] },
    ])
  })
})

describe('Falco: outputs', () => {
  test.each([
    ['stdout_output: {enabled: true}', 'yes'],
    ['stdout_output: {enabled: false}', 'no'],
    ['stdout_output: {enabled: false}\nhttp_output: {enabled: true, url: "http://falcosidekick:2801"}', 'yes'],
    ['priority: debug', 'no'],
  ])('%s', (config, answer) => {
    expect(detector({ config: `rules_files: [/etc/falco/falco_rules.yaml]\n${config}\n` })?.output.answer).toBe(answer)
  })

  test('by argument', () => {
    expect(detector({ args: '[/usr/bin/falco, -o, stdout_output.enabled=false]' })?.output.answer).toBe('no')
  })
})

test('a Deployment for the audit log watches no node, one for system calls is told so', () => {
  const plugins = { kind: 'Deployment', config: `${CONFIG}load_plugins: [k8saudit, json]\n` }
  expect(detector(plugins)).toBeUndefined()
  expect(detector({ kind: 'Deployment' })?.everyNode?.answer).toBe('no')
})

test("an image that only begins like Falco's is none", () => {
  expect(detector({ image: 'falcosecurity/falcosidekick:2.31.0' })).toBeUndefined()
  expect(detector({ image: 'registry.example.com/falco-exporter:1' })).toBeUndefined()
})

test('files that no Falco here mounts speak for themselves', () => {
  const rules = configMap('rules', 'x.yaml', '- rule: Terminal shell in container\n  enabled: false\n', 'falco')
  const facts = factOf(rules, 'ConfigMap/rules').detectors
  expect(facts).toMatchObject([{ everyNode: null, shellRule: { answer: 'no', path: ['data', 'x.yaml'] } }])
})

describe('Tetragon', () => {
  const tetragon = (data: string, args = '[--config-dir=/etc/tetragon/tetragon.conf.d/]') => `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: tetragon, namespace: kube-system}
spec:
  selector: {matchLabels: {app: t}}
  template:
    metadata: {labels: {app: t}}
    spec:
      tolerations: [{operator: Exists}]
      containers:
      - {name: tetragon, image: "quay.io/cilium/tetragon:v1.5.0", args: ${args}, volumeMounts: [{name: config, mountPath: /etc/tetragon/tetragon.conf.d/}]}
      volumes: [{name: config, configMap: {name: tetragon-config}}]
${
  data === ''
    ? ''
    : `---
apiVersion: v1
kind: ConfigMap
metadata: {name: tetragon-config, namespace: kube-system}
data: ${data}
`
}`
  test.each([
    ['{export-filename: /x, export-allowlist: "{\\"event_set\\":[\\"PROCESS_EXEC\\"]}"}', 'yes', 'yes'],
    ['{export-filename: /x, export-allowlist: "{\\"event_set\\":[\\"PROCESS_KPROBE\\"]}"}', 'no', 'yes'],
    ['{server-address: ""}', 'yes', 'no'],
    ['{server-address: "localhost:54321"}', 'yes', 'yes'],
    ['', 'unknown', 'unknown'],
  ])('%s', (data, shell, output) => {
    const facts = factsOf(tetragon(data))['DaemonSet/tetragon']?.detectors[0]
    expect([facts?.shellRule.answer, facts?.output.answer]).toEqual([shell, output])
  })

  test('a flag beats the file', () => {
    const facts = factsOf(tetragon('{server-address: ""}', '[--export-filename=/x]'))['DaemonSet/tetragon']
      ?.detectors[0]
    expect(facts?.output.answer).toBe('yes')
  })
})

describe('the Falco operator: rules and settings of its namespace', () => {
  const FALCO = `apiVersion: instance.falcosecurity.dev/v1alpha1
kind: Falco
metadata: {name: falco, namespace: falco}
spec: {}
`
  const artifact = (kind: string, name: string, spec: string, namespace = 'falco'): string =>
    `apiVersion: artifact.falcosecurity.dev/v1alpha1
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
`
  const published = artifact(
    'Rulesfile',
    'rules',
    '{ociArtifact: {image: {repository: falcosecurity/rules/falco-rules}}}',
  )
  const shell =
    '[{rule: Shell, condition: "spawned_process and container and shell_procs", output: x, priority: NOTICE}]'
  const off = '[{rule: Terminal shell in container, enabled: false}]'

  test.each([
    ['none', [], 'unknown'],
    ['those of the project', [published], 'yes'],
    ['those of another namespace', [artifact('Rulesfile', 'a', `{inlineRules: ${shell}}`, 'other')], 'unknown'],
    ['its own', [artifact('Rulesfile', 'a', `{inlineRules: ${shell}}`)], 'yes'],
    [
      'its own, about something else',
      [artifact('Rulesfile', 'a', '{inlineRules: [{rule: X, condition: open_write}]}')],
      'no',
    ],
    ['switched off', [published, artifact('Rulesfile', 'b', `{inlineRules: ${off}, priority: 60}`)], 'no'],
    [
      'of a ConfigMap',
      [
        artifact('Rulesfile', 'a', '{configMapRef: {name: rules}}'),
        configMap('rules', 'rules.yaml', `- ${shell.slice(1, -1)}`, 'falco'),
      ],
      'yes',
    ],
    ['of a ConfigMap elsewhere', [artifact('Rulesfile', 'a', '{configMapRef: {name: rules}}')], 'unknown'],
    [
      'of an artifact that nobody here knows',
      [artifact('Rulesfile', 'a', '{ociArtifact: {image: {repository: my/rules}}}')],
      'unknown',
    ],
    [
      'below the priority of its settings',
      [published, artifact('Config', 'c', '{config: {priority: critical}}')],
      'no',
    ],
  ])('%s', (_, resources, answer) => {
    const facts = factOf([FALCO, ...resources].join('---\n'), 'Falco/falco')
    expect(facts.detectors[0]?.shellRule.answer).toBe(answer)
  })

  test('its output', () => {
    const output = (config: string): unknown =>
      factOf([FALCO, artifact('Config', 'c', `{config: ${config}}`)].join('---\n'), 'Falco/falco').detectors[0]?.output
        .answer
    expect(output('{}')).toBe('yes')
    expect(output('{stdout_output: {enabled: false}}')).toBe('no')
    expect(output('{stdout_output: {enabled: false}, http_output: {enabled: true}}')).toBe('yes')
  })
})
