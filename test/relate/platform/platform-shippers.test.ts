import { describe, expect, test } from '@jest/globals'
import { expanded, type LogOutput, type Variables } from '../../../src/relate/platform/shippers/config.js'
import { readConfig, type ReadConfig, toolOfText } from '../../../src/relate/platform/shippers/read.js'
import { factOf, factsOf, fileOf, configMap } from './platform-world.js'

const unknown: Variables = () => null

function read(text: string, variables: Variables = unknown): ReadConfig {
  const tool = toolOfText(text)
  if (tool === null) throw new Error('no shipper knows this text')
  return readConfig(tool, fileOf(text), variables)
}

/** `tls verified authenticated` of each output, `-` where it stays on the node. */
function security(text: string, variables?: Variables): readonly string[] {
  const { config, error } = read(text, variables)
  if (error !== null) throw new Error(error)
  return config.outputs.map((output: LogOutput) =>
    output.leaves ? `${output.tls} ${output.verified} ${output.authenticated}` : '-',
  )
}

describe('which tool a text configures', () => {
  test.each([
    ['Fluent Bit', '[INPUT]\n    Name tail\n'],
    ['Fluent Bit', 'pipeline:\n  outputs:\n  - {name: stdout}\n'],
    ['Fluentd', '<match **>\n  @type stdout\n</match>\n'],
    ['Filebeat', 'output.elasticsearch:\n  hosts: [es]\n'],
    ['Filebeat', '"filebeat": {"inputs": []}\n'],
    ['Elastic Agent', 'outputs:\n  default: {type: elasticsearch}\ninputs: []\n'],
    ['Vector', 'sources: {}\nsinks: {}\n'],
    ['Vector', '[sinks.out]\ntype = "console"\n'],
    ['OpenTelemetry collector', 'exporters: {}\nservice: {}\n'],
    ['Promtail', 'clients: []\nscrape_configs: []\n'],
    ['Grafana Alloy', 'loki.write "x" {\n}\n'],
    [null, 'global:\n  scrape_interval: 15s\nscrape_configs: []\n'],
    [null, 'server:\n  port: 8080\n'],
    [null, 'spring:\n  application: {name: cart}\noutput: text\n'.replace('output: text\n', '')],
  ])('%s', (tool, text) => {
    expect(toolOfText(text)).toBe(tool)
  })
})

describe('variables', () => {
  const known: Variables = (name) => ({ HOST: 'es', EMPTY: '' })[name]
  test.each([
    ['${HOST}', 'es'],
    ['${env:HOST}', 'es'],
    ['${HOST:other}', 'es'],
    ['${MISSING:other}', 'other'],
    ['${MISSING:-other}', 'other'],
    ['${MISSING}', '${MISSING}'],
  ])('%s', (text, value) => {
    expect(expanded(text, known)).toBe(value)
  })

  test('a value from elsewhere stays unknown, whatever its default', () => {
    expect(expanded('${HOST:http://es}', unknown)).toBe('${HOST:http://es}')
  })
})

describe('Fluent Bit', () => {
  const classic = (settings: string) => `[OUTPUT]\n    Name ${settings.split('; ').join('\n    ')}\n`
  test.each([
    ['es; Host es', 'no yes no'],
    ['ES; host es; TLS on; http_user u', 'yes yes yes'],
    ['es; Host es; tls On; tls.verify Off', 'yes no no'],
    ['es; Host es; tls ${TLS}', 'unknown yes no'],
    ['es; Host 127.0.0.1', '-'],
    ['loki; host loki; tls on; bearer_token ${TOKEN}', 'yes yes yes'],
    ['grafana-loki; Url https://u:p@loki/loki/api/v1/push', 'yes yes yes'],
    ['http; host h; header Authorization Bearer x; tls on', 'yes yes yes'],
    ['forward; Host aggregator; Shared_Key k', 'no yes yes'],
    ['kafka; brokers k:9092', 'no yes no'],
    ['kafka; brokers k:9092; rdkafka.security.protocol SASL_SSL', 'yes yes yes'],
    ['gelf; host g; mode tls', 'yes yes no'],
    ['s3; bucket logs', 'yes yes yes'],
    ['cloudwatch_logs; region eu-west-1', 'yes yes yes'],
    ['stdout; match *', '-'],
    ['null', '-'],
    ['mystery; host x', 'unknown unknown unknown'],
  ])('%s', (settings, expected) => {
    expect(security(classic(settings))).toEqual([expected])
  })

  test('YAML says the same', () => {
    const text =
      'pipeline:\n  inputs: [{name: tail, path: "/var/log/pods/*/*/*.log"}]\n  outputs: [{name: es, host: es, tls: on, tls.verify: off, HTTP_User: u}]\n'
    expect(security(text)).toEqual(['yes no yes'])
    expect(read(text).config?.files).toEqual(['/var/log/pods/*/*/*.log'])
  })

  test('comments, commands and several inputs', () => {
    const text =
      '@SET a=b\n[INPUT]\n    # Name cpu\n    Name tail\n    Path /a,/b\n[INPUT]\n    Name systemd\n    Path /journal\n'
    expect(read(text).config?.files).toEqual(['/a', '/b'])
  })
})

describe('Fluentd', () => {
  const match = (settings: string) => `<match **>\n  @type ${settings.split('; ').join('\n  ')}\n</match>\n`
  test.each([
    ['elasticsearch; host es; port 9200', 'no yes no'],
    ['elasticsearch; host es; scheme https; user u', 'yes yes yes'],
    ['elasticsearch; hosts https://a,http://b', 'no yes no'],
    ['elasticsearch; host es; scheme https; ssl_verify false; client_cert /c', 'yes no yes'],
    [`elasticsearch; host es; scheme "#{ENV['S'] || 'http'}"`, 'unknown yes no'],
    ['opensearch; host es; scheme https; user u', 'yes yes yes'],
    ['loki; url https://u:p@loki', 'yes yes yes'],
    ['loki; url http://loki:3100; insecure_tls true', 'no no no'],
    ['forward; transport tls; tls_insecure_mode true', 'yes no no'],
    ['splunk_hec; hec_host s; hec_token t', 'yes yes yes'],
    ['splunk_hec; hec_host s; hec_token t; protocol http', 'no yes yes'],
    ['http; endpoint https://x; headers {"Authorization":"Bearer x"}', 'yes yes yes'],
    ['kafka2; brokers k; ssl_ca_cert /ca; username u', 'yes yes yes'],
    ['s3; s3_bucket b', 'yes yes yes'],
    ['file; path /tmp/x', '-'],
  ])('%s', (settings, expected) => {
    expect(security(match(settings))).toEqual([expected])
  })

  test('labels, copies, and what only passes on', () => {
    const text = `<source>
  @type tail
  path /var/log/containers/*.log # all of them
</source>
<label @OUT>
  <match fluent.**>
    @type relabel
    @label @X
  </match>
  <match **>
    @type copy
    <store>
      @type elasticsearch
      host es
      <buffer>
        @type file
      </buffer>
    </store>
    <store>
      @type null
    </store>
  </match>
</label>
`
    expect(security(text)).toEqual(['no yes no', '-'])
    expect(read(text).config?.files).toEqual(['/var/log/containers/*.log'])
  })

  test('Ruby that only reads the environment is read', () => {
    const text = match(
      `elasticsearch; host "#{ENV['H']}"; scheme "#{ENV.fetch('S', 'https')}"; user "#{ENV['U'] || use_nil}"`,
    )
    expect(security(text, (name) => ({ H: 'es' })[name])).toEqual(['yes yes no'])
    expect(security(text, (name) => ({ H: 'es', S: 'http', U: 'u' })[name])).toEqual(['no yes yes'])
  })
})

describe('Filebeat and Elastic Agent', () => {
  test.each([
    ['output.elasticsearch: {hosts: ["es:9200"], username: u}', 'no yes yes'],
    ['output.elasticsearch.hosts: ["https://es:9200"]\noutput.elasticsearch.api_key: k', 'yes yes yes'],
    ['output:\n  elasticsearch: {hosts: [es], protocol: https, ssl.verification_mode: none}', 'yes no no'],
    ['output.elasticsearch: {hosts: ["${H}"], password: p}', 'unknown yes yes'],
    ['output.elasticsearch: {enabled: true}', '-'],
    ['output.logstash: {hosts: ["ls:5044"]}', 'no yes no'],
    ['output.logstash: {hosts: ["ls:5044"], ssl.certificate_authorities: [/ca], ssl.certificate: /c}', 'yes yes yes'],
    ['output.logstash: {hosts: ["ls:5044"], ssl: {enabled: false, certificate_authorities: [/ca]}}', 'no yes no'],
    ['output.kafka: {hosts: [k], username: u, ssl: {enabled: true}}', 'yes yes yes'],
    ['output.console: {pretty: true}', '-'],
    ['cloud.id: x\ncloud.auth: y\noutput.elasticsearch: {}', 'yes yes yes'],
  ])('%s', (text, expected) => {
    expect(security(`${text}\n`)).toEqual([expected])
  })

  test('an output that is switched off is none', () => {
    expect(security('output.elasticsearch: {enabled: false}\noutput.file: {path: /x}\n')).toEqual(['-'])
  })

  test('what it reads', () => {
    const inputs =
      'filebeat.inputs: [{type: container, paths: [/a]}, {type: log, enabled: false, paths: [/b]}]\noutput.console: {}\n'
    expect(read(inputs).config).toMatchObject({ files: ['/a'], containers: null })
    const discovered =
      'filebeat:\n  autodiscover.providers: [{type: kubernetes, hints.enabled: true, hints.default_config: {paths: [/c]}}]\noutput.console: {}\n'
    expect(read(discovered).config).toMatchObject({ files: ['/c'], containers: 'files' })
  })

  test('a standalone agent', () => {
    const text =
      'outputs:\n  default: {type: elasticsearch, hosts: ["https://es:9200"], api_key: k}\ninputs:\n- {type: filestream, streams: [{paths: [/var/log/containers/*.log]}]}\n'
    expect(security(text)).toEqual(['yes yes yes'])
    expect(read(text).config?.files).toEqual(['/var/log/containers/*.log'])
  })
})

describe('Vector', () => {
  const sink = (settings: string) =>
    `sources: {logs: {type: kubernetes_logs}}\nsinks: {out: {inputs: [logs], ${settings}}}\n`
  test.each([
    ['type: elasticsearch, endpoints: ["http://es:9200"]', ['no yes no']],
    ['type: elasticsearch, endpoint: "https://es:9200", auth: {strategy: basic}', ['yes yes yes']],
    ['type: elasticsearch, endpoint: "https://es:9200", tls: {verify_certificate: false}', ['yes no no']],
    ['type: loki, endpoint: "https://loki", tls: {crt_file: /c}', ['yes yes yes']],
    ['type: vector, address: "agg:6000"', ['no yes no']],
    ['type: vector, address: "agg:6000", tls: {enabled: true, crt_file: /c}', ['yes yes yes']],
    ['type: kafka, bootstrap_servers: "k:9092", sasl: {enabled: true, username: u}', ['no yes yes']],
    ['type: splunk_hec_logs, endpoint: "https://s", default_token: t', ['yes yes yes']],
    ['type: aws_s3, bucket: b', ['yes yes yes']],
    ['type: console', ['-']],
    ['type: prometheus_exporter', []],
    ['type: mystery', ['unknown unknown unknown']],
  ])('%s', (settings, expected) => {
    expect(security(sink(settings))).toEqual(expected)
  })

  test('TOML and JSON', () => {
    expect(
      security('[sources.a]\ntype = "file"\ninclude = ["/x"]\n[sinks.b]\ntype = "loki"\nendpoint = "http://l"\n'),
    ).toEqual(['no yes no'])
    expect(security('{"sources": {}, "sinks": {"b": {"type": "console"}}}')).toEqual(['-'])
    expect(read('[sinks.b]\ntype = \n').error).toMatch(/Invalid TOML/)
  })
})

describe('OpenTelemetry', () => {
  const exporter = (settings: string, more = '') =>
    `receivers: {filelog: {include: [/var/log/pods/*/*/*.log]}}\nexporters:\n  ${settings}\n${more}service: {pipelines: {logs: {receivers: [filelog], exporters: [${settings.split(':')[0] ?? ''}]}}}\n`
  test.each([
    ['otlp: {endpoint: "g:4317"}', 'yes yes no'],
    ['otlp: {endpoint: "g:4317", tls: {insecure: true}}', 'no yes no'],
    ['otlp/x: {endpoint: "http://g:4317"}', 'no yes no'],
    ['otlp: {endpoint: "g:4317", tls: {insecure_skip_verify: true, cert_file: /c}}', 'yes no yes'],
    ['otlp: {endpoint: "g:4317", headers: {x-api-key: k}}', 'yes yes yes'],
    ['otlphttp: {endpoint: "https://g", auth: {authenticator: oauth2}}', 'yes yes yes'],
    ['otlphttp: {endpoint: "${env:E}"}', 'unknown yes no'],
    ['elasticsearch: {endpoints: ["http://es:9200"], user: u}', 'no yes yes'],
    ['opensearch: {http: {endpoint: "https://os", auth: {authenticator: basicauth}}}', 'yes yes yes'],
    ['loki: {endpoint: "https://loki"}', 'yes yes no'],
    ['splunk_hec: {endpoint: "https://s", token: t}', 'yes yes yes'],
    ['kafka: {brokers: [k]}', 'no yes no'],
    ['awscloudwatchlogs: {log_group_name: g}', 'yes yes yes'],
    ['debug: {}', '-'],
  ])('%s', (settings, expected) => {
    expect(security(exporter(settings))).toEqual([expected])
  })

  test('an authenticator that no extension defines is none', () => {
    const text = exporter(
      'otlp: {endpoint: "g:4317", auth: {authenticator: oauth2}}',
      'extensions: {health_check: {}}\n',
    )
    expect(security(text)).toEqual(['yes yes no'])
  })

  test('metrics, connectors and what is not used do not count', () => {
    const text = `receivers: {filelog: {include: [/a]}, hostmetrics: {}}
exporters: {otlp: {endpoint: "g:4317"}, debug: {}}
connectors: {routing: {}}
service:
  pipelines:
    metrics: {receivers: [hostmetrics], exporters: [otlp]}
    logs: {receivers: [filelog], exporters: [routing]}
    logs/out: {receivers: [routing], exporters: [debug]}
`
    expect(security(text)).toEqual(['-'])
    expect(read(text).config?.files).toEqual(['/a'])
  })
})

describe('Promtail and Alloy', () => {
  test('Promtail', () => {
    const text = `clients:
- {url: "https://loki", tenant_id: x}
- {url: "http://loki", basic_auth: {username: u}}
- {url: "https://loki", tls_config: {insecure_skip_verify: true, cert_file: /c}}
scrape_configs:
- static_configs: [{labels: {__path__: /var/log/audit/*.log}}]
`
    expect(security(text)).toEqual(['yes yes no', 'no yes yes', 'yes no yes'])
    expect(read(text).config?.files).toEqual(['/var/log/audit/*.log'])
  })

  test('Alloy', () => {
    const text = `// where to
local.file_match "audit" {
  path_targets = [{"__path__" = "/var/log/kubernetes/audit/*.log"}]
}
/* { not a block } */
loki.source.kubernetes "pods" { targets = discovery.kubernetes.pods.targets }
loki.write "a" {
  endpoint {
    url = "https://loki" // with a slash
    bearer_token_file = "/t"
    tls_config { insecure_skip_verify = true }
  }
  endpoint { url = sys.env("URL") }
}
otelcol.exporter.otlp "b" {
  client { 
    endpoint = "g:4317"
    tls { insecure = true }
  }
}
`
    expect(security(text)).toEqual(['yes no yes', 'unknown yes no', 'no yes no'])
    expect(read(text).config).toMatchObject({ containers: 'api', files: ['/var/log/kubernetes/audit/*.log'] })
  })
})

/* ------------------------------------------------------------ in a cluster */

const daemonSet = (name: string, spec: string, image = 'fluent/fluent-bit:4.0') => `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ${name}, namespace: logging}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      ${spec}
      containers:
      - name: main
        image: ${image}
        volumeMounts:
        - {name: logs, mountPath: /var/log}
        - {name: config, mountPath: /fluent-bit/etc}
      volumes:
      - {name: logs, hostPath: {path: /var/log}}
      - {name: config, configMap: {name: ${name}}}
`
const ALL = 'tolerations: [{operator: Exists}]'
const everyNode = (spec: string) => factOf(daemonSet('a', spec), 'DaemonSet/a').shippers[0]?.everyNode

describe('every node', () => {
  test.each([
    [ALL, 'yes'],
    ['tolerations: []', 'no'],
    ['tolerations: [{key: node-role.kubernetes.io/control-plane}]', 'yes'],
    ['tolerations: [{key: node-role.kubernetes.io/control-plane, value: "true"}]', 'no'],
    ['tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoExecute}]', 'no'],
    ['tolerations: [{operator: Exists, effect: NoSchedule}]', 'yes'],
    ['tolerations: [{key: node-role.kubernetes.io/master, operator: Exists}]', 'no'],
    [`{${ALL}, nodeSelector: {kubernetes.io/os: linux}`.slice(1).replace(', n', '\n      n'), 'yes'],
    [`${ALL}\n      nodeSelector: {pool: a}`, 'no'],
    [
      `${ALL}\n      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: pool, operator: In, values: [a]}]}]}}}`,
      'no',
    ],
    [
      `${ALL}\n      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: type, operator: NotIn, values: [virtual-kubelet]}]}]}}}`,
      'yes',
    ],
    [
      `${ALL}\n      affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: pool, operator: Exists}]}}]}}`,
      'yes',
    ],
  ])('%s', (spec, answer) => {
    expect(everyNode(spec)?.answer).toBe(answer)
  })

  test('two that share the nodes are unknown, one that has them all covers for the other', () => {
    const part = (name: string, pool: string) => daemonSet(name, `${ALL}\n      nodeSelector: {pool: ${pool}}`)
    const shared = factsOf(`${part('a', 'x')}---\n${part('b', 'z')}`)
    expect(shared['DaemonSet/a']?.shippers[0]?.everyNode.answer).toBe('unknown')
    const covered = factsOf(`${part('a', 'x')}---\n${daemonSet('b', ALL)}`)
    expect(covered['DaemonSet/a']?.shippers[0]?.everyNode).toMatchObject({ answer: 'yes', by: [{ name: 'b' }] })
  })
})

describe('the audit log', () => {
  const server = (path: string) => `---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec: {containers: [{name: kube-apiserver, image: registry.k8s.io/kube-apiserver:v1.33.0, command: [kube-apiserver, --audit-log-path=${path}]}]}
`
  const config = (path: string) =>
    `---\n${configMap('a', 'fluent-bit.conf', `[INPUT]\n    Name tail\n    Path ${path}\n[OUTPUT]\n    Name s3`)}`
  const audit = (path: string, tailed: string) =>
    factOf(daemonSet('a', ALL) + config(tailed) + server(path), 'DaemonSet/a').shippers[0]?.auditLog?.answer
  test.each([
    ['/var/log/kubernetes/audit.log', '/var/log/kubernetes/*.log', 'yes'],
    ['/var/log/kubernetes/audit/audit.log', '/var/log/kubernetes/*.log', 'no'],
    ['/var/log/kubernetes/audit/audit.log', '/var/log/**/*.log', 'yes'],
    ['/var/log/kubernetes/audit.log', '/var/log/containers/*.log', 'no'],
    ['/var/lib/audit/audit.log', '/var/lib/audit/audit.log', 'no'],
    ['-', '/var/log/containers/*.log', 'yes'],
  ])('%s by %s', (path, tailed, answer) => {
    expect(audit(path, tailed)).toBe(answer)
  })

  test('nobody says where it lies', () => {
    expect(factOf(daemonSet('a', ALL), 'DaemonSet/a').shippers[0]?.auditLog).toBeNull()
  })

  test('a configuration that is not here leaves it open', () => {
    expect(
      factOf(daemonSet('a', ALL) + server('/var/log/audit.log'), 'DaemonSet/a').shippers[0]?.auditLog?.answer,
    ).toBe('unknown')
  })
})

describe('what is no shipper', () => {
  test.each([
    [
      'a collector of metrics',
      'otel/opentelemetry-collector:0.1',
      'receivers: {hostmetrics: {}}\nexporters: {debug: {}}\nservice: {pipelines: {metrics: {receivers: [hostmetrics], exporters: [debug]}}}',
    ],
    ['an aggregator', 'timberio/vector:0.48', 'sources: {in: {type: vector}}\nsinks: {out: {type: console}}'],
  ])('%s', (_what, image, text) => {
    const yaml = `${daemonSet('a', ALL, image).replace('- {name: logs, hostPath: {path: /var/log}}', '- {name: logs, emptyDir: {}}')}---\n${configMap('a', 'config.yaml', text)}`
    expect(factOf(yaml, 'DaemonSet/a').shippers).toEqual([])
    expect(factOf(yaml, 'Environment/').environment?.logShipping.answer).toBe('no')
  })

  test('another workload', () => {
    expect(factOf(daemonSet('a', ALL, 'example.com/cart:1'), 'DaemonSet/a').shippers).toEqual([])
  })
})

test('a shipper that may not be left in force is unknown to the environment', () => {
  const facts = factsOf(daemonSet('a', ALL), { force: { answer: 'unknown', why: 'it is a hook' } })
  expect(facts['Environment/']?.environment?.logShipping).toMatchObject({ answer: 'unknown' })
})

test('variables are those of the pods that mount the file', () => {
  const text =
    'output.elasticsearch: {hosts: ["${SCHEME:http}://es:9200"], username: u}\nfilebeat.inputs: [{type: container, paths: [/var/log/containers/*.log]}]'
  const workload = daemonSet('a', ALL, 'docker.elastic.co/beats/filebeat:9.1.0').replace(
    '        volumeMounts:',
    '        env: [{name: SCHEME, value: https}]\n        volumeMounts:',
  )
  const alone = factOf(configMap('a', 'filebeat.yml', text), 'ConfigMap/a').logOutputs
  expect(alone.map(({ tls }) => tls)).toEqual(['unknown'])
  const mounted = factOf(`${workload}---\n${configMap('a', 'filebeat.yml', text)}`, 'ConfigMap/a').logOutputs
  expect(mounted.map(({ tls, path }) => [tls, path])).toEqual([['yes', ['data', 'filebeat.yml']]])
})

describe('Fluent Operator: what a FluentBit’s configuration selects', () => {
  const resource = (kind: string, name: string, spec: string, labels = '{on: "true"}', namespace = ''): string =>
    `apiVersion: fluentbit.fluent.io/v1alpha2
kind: ${kind}
metadata: {name: ${name}, labels: ${labels}${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec: ${spec}
`
  const BIT = resource(
    'FluentBit',
    'fluent-bit',
    '{fluentBitConfigName: config, tolerations: [{operator: Exists}]}',
    '{}',
    'fluent',
  )
  const CONFIG = resource(
    'ClusterFluentBitConfig',
    'config',
    '{inputSelector: {matchLabels: {on: "true"}}, outputSelector: {matchLabels: {on: "true"}}}',
  )
  const tail = (path: string, labels?: string): string =>
    resource('ClusterInput', 'tail', `{tail: {path: ${path}}}`, labels)
  const output = (spec: string): string => resource('ClusterOutput', 'out', spec)
  const shipper = (...resources: readonly string[]): unknown => {
    const [facts] = factOf([BIT, ...resources].join('---\n'), 'FluentBit/fluent-bit').shippers
    return `${facts?.containerLogs.answer} ${facts?.output.answer}`
  }

  test.each([
    ['its configuration lies elsewhere', [], 'yes unknown'],
    [
      'the containers’ logs to Elasticsearch',
      [CONFIG, tail('/var/log/containers/*.log'), output('{es: {host: es}}')],
      'yes yes',
    ],
    ['other logs', [CONFIG, tail('/var/log/audit.log'), output('{es: {host: es}}')], 'no yes'],
    [
      'an input that is not selected',
      [CONFIG, tail('/var/log/containers/*.log', '{on: "false"}'), output('{es: {}}')],
      'no yes',
    ],
    ['an output that stays on the node', [CONFIG, tail('/var/log/containers/*.log'), output('{stdout: {}}')], 'yes no'],
    ['no output', [CONFIG, tail('/var/log/containers/*.log')], 'yes no'],
    [
      'an output written as text',
      [CONFIG, tail('/var/log/containers/*.log'), output('{customPlugin: {config: "Name loki\\nHost loki"}}')],
      'yes yes',
    ],
  ])('%s', (_, resources, answers) => expect(shipper(...resources)).toBe(answers))

  test('outputs of a namespace, where its configuration is selected', () => {
    const bit = BIT.replace('fluentBitConfigName', 'namespaceFluentBitCfgSelector: {}, fluentBitConfigName')
    const own = resource('FluentBitConfig', 'own', '{outputSelector: {}}', '{}', 'shop')
    const facts = (namespace: string): unknown =>
      factOf(
        [
          bit,
          CONFIG,
          tail('/var/log/containers/*.log'),
          own,
          resource('Output', 'o', '{es: {}}', '{}', namespace),
        ].join('---\n'),
        'FluentBit/fluent-bit',
      ).shippers[0]?.output.answer
    expect([facts('shop'), facts('other')]).toEqual(['yes', 'no'])
  })
})

test('what an Agent writes without a type is merged into the output that ECK makes of its reference', () => {
  const agent = (refs: string, outputs: string): readonly (readonly string[])[] =>
    factOf(
      `apiVersion: agent.k8s.elastic.co/v1alpha1\nkind: Agent\nmetadata: {name: a, namespace: logging}\nspec: {elasticsearchRefs: [${refs}], config: {outputs: ${outputs}}}\n`,
      'Agent/a',
    ).logOutputs.map(({ name, tls, verified }) => [name, tls, verified])
  const ref = '{secretName: es}'
  expect(agent(ref, '{default: {ssl.certificate: /c}}').map(([, , verified]) => verified)).toEqual(['yes'])
  expect(agent(ref, '{default: {ssl.verification_mode: none}}').map(([, , verified]) => verified)).toEqual(['no'])
  expect(agent(ref, '{other: {type: logstash, hosts: ["ls:5044"]}}').map(([name]) => name)).toEqual([
    expect.stringContaining('elasticsearch'),
    'logstash ls:5044',
  ])
  expect(agent('', '{default: {ssl.certificate: /c}}')).toEqual([['output default', 'unknown', 'unknown']])
})
