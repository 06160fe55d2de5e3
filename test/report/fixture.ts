/** A report of realistic size, and the sources it speaks of: a shop that has most of what a report can say. */
import type { Policy } from '../../src/model.js'
import type { Connections } from '../../src/relate/network/connections.js'
import { pageDrawing } from '../../src/report/drawing.js'
import type { Picture } from '../../src/report/pictures.js'
import type { ControlResult, Location, Patch, Report, UnknownVerdict, Verdict } from '../../src/report/report.js'

export const policies: readonly Policy[] = [
  policy('least-privilege/privileged-container', 'Privileged container', 'critical', 1, {
    'iso-27001-2022': { 'A.8.2': 'P', 'A.8.9': 'J' },
    gdpr: { 'Art. 32(1)(b)': 'J' },
  }),
  policy('least-privilege/run-as-non-root', 'May run as root', 'medium', 1, { 'iso-27001-2022': { 'A.8.2': 'P' } }),
  policy('least-privilege/drop-all-capabilities', 'Capabilities kept', 'medium', 2, {
    'iso-27001-2022': { 'A.8.9': 'J' },
  }),
  policy('least-privilege/secret-in-env', 'Secret in an environment variable', 'high', 1, {
    'iso-27001-2022': { 'A.5.17': 'J' },
  }),
  policy('default-deny/namespace-default-deny', 'No default deny', 'high', 1, { 'iso-27001-2022': { 'A.8.22': 'D' } }),
  policy('default-deny/ingress-isolated', 'Ingress is open', 'high', 1, { 'iso-27001-2022': { 'A.8.22': 'D' } }),
  policy('mtls-strict/mtls-mode', 'Plain text is accepted', 'high', 3, { 'iso-27001-2022': { 'A.8.24': 'J' } }),
]

function policy(
  id: string,
  title: string,
  severity: Policy['severity'],
  stage: Policy['stage'],
  controls: Policy['controls'],
): Policy {
  return {
    id,
    title,
    description: `Why ${title.toLowerCase()} matters.`,
    severity,
    stage,
    judges: ['pod'],
    remediation: `Mend «${title.toLowerCase()}» as the guide says, and only where it is needed.`,
    owner: 'app',
    aliases: [],
    controls,
    parameters: {},
    links: ['https://kubernetes.io/docs/concepts/security/pod-security-standards/'],
  }
}

const CART = 'charts/cart/templates/deployment.yaml'
const JOB = 'deploy/migrate.yaml'

const sources: { readonly [file: string]: string } = {
  [CART]: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      containers:
        - name: cart
          image: "{{ .Values.image }}"
          securityContext:
            privileged: true
`,
  [JOB]: `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    spec:
      containers:
        - name: migrate
          image: registry.example.com/shop/migrate:1.4.0@sha256:0f3a5c3f8f0c3a5a7f2d1f6d5f2c8f3a5c3f8f0c3a5a7f2d1f6d5f2c8f3a5c3f
          env:
            - name: DB_PASSWORD
              value: correct-horse-battery-staple
`,
}

export const readLines = (file: string): readonly string[] | null => sources[file]?.split('\n') ?? null

export function at(
  file: string,
  line: number,
  column: number,
  endColumn: number,
  precision: Location['precision'] = 'exact',
): Location {
  return { file, line, column, endLine: line, endColumn, precision }
}

export function verdict(id: string, changes: Partial<Verdict>): Verdict {
  const known = policies.find((p) => p.id === id)
  if (known === undefined) throw new Error(`the fixture has no policy ${id}`)
  const resource = changes.resource ?? { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cart' }
  return {
    policy: id,
    severity: known.severity,
    stage: known.stage,
    status: 'blocking',
    message: 'container cart is privileged',
    remediation: known.remediation,
    resource,
    path: ['spec', 'template', 'spec', 'containers', 0, 'securityContext', 'privileged'],
    location: at(CART, 12, 13, 29),
    annotation: changes.location ?? at(CART, 12, 13, 29),
    related: [],
    document: null,
    source: 'charts/cart',
    environments: [],
    controls: Object.entries(known.controls).flatMap(([framework, own]) =>
      Object.keys(own).map((control) => ({ framework, id: control })),
    ),
    fingerprint: `${id} ${resource.kind}/${resource.namespace ?? ''}/${resource.name} spec`,
    why: null,
    remedy: null,
    add: null,
    fix: null,
    ...changes,
  }
}

const job = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name: 'migrate' }
const environments = ['values-prod.yaml', 'values-staging.yaml']

const findings: readonly Verdict[] = [
  verdict('least-privilege/privileged-container', {
    environments,
    related: [{ file: 'charts/cart/values.yaml', line: 7, why: 'value' }],
    remedy: { set: false },
  }),
  verdict('least-privilege/privileged-container', {
    message: 'container proxy is privileged',
    environments,
    path: ['spec', 'template', 'spec', 'containers', 1, 'securityContext', 'privileged'],
    location: at(CART, 14, 13, 40),
    annotation: at('charts/cart/values-prod.yaml', 3, 1, 17),
    related: [
      {
        file: 'charts/cart/values-prod.yaml',
        line: 3,
        why: 'value',
        key: 'proxy.privileged',
        environments: ['values-prod.yaml'],
      },
      {
        file: 'charts/cart/values-staging.yaml',
        line: 5,
        why: 'value',
        key: 'proxy.privileged',
        environments: ['values-staging.yaml'],
      },
    ],
    remedy: { set: false },
    fix: {
      file: 'charts/cart/values-prod.yaml',
      edits: [{ line: 3, column: 13, endLine: 3, endColumn: 17, text: 'false' }],
      lines: ['-privileged: true', '+privileged: false'],
      also: [
        {
          file: 'charts/cart/values-staging.yaml',
          edits: [{ line: 5, column: 13, endLine: 5, endColumn: 17, text: 'false' }],
          lines: ['-privileged: true', '+privileged: false'],
        },
      ],
    },
  }),
  verdict('least-privilege/secret-in-env', {
    message: 'container migrate has a secret in its environment variable DB_PASSWORD',
    resource: job,
    location: at(JOB, 13, 15, 50),
    document: 0,
    source: JOB,
  }),
  verdict('default-deny/ingress-isolated', {
    message:
      'no policy isolates its ingress: everything in the cluster and whatever can reach the cluster may connect to every port of the pod',
    environments,
    location: at(CART, 2, 1, 17, 'ancestor'),
  }),
  verdict('least-privilege/run-as-non-root', {
    message: 'container migrate may run as root',
    resource: job,
    location: at(JOB, 9, 11, 24, 'ancestor'),
    remedy: { set: true },
    add: { file: JOB, path: ['securityContext', 'runAsNonRoot'], value: true },
    document: 0,
    source: JOB,
  }),
  verdict('least-privilege/drop-all-capabilities', {
    message: 'container migrate keeps the default capabilities',
    status: 'advisory',
    why: 'stage 2 is not reached yet',
    resource: job,
    location: at(JOB, 9, 11, 24, 'ancestor'),
    document: 0,
    source: JOB,
  }),
  verdict('least-privilege/drop-all-capabilities', {
    message: 'container cart keeps the default capabilities',
    status: 'advisory',
    why: 'stage 2 is not reached yet',
    environments,
    location: at(CART, 9, 11, 21, 'ancestor'),
    remedy: { set: ['ALL'] },
    add: { file: 'charts/cart/values.yaml', path: ['securityContext', 'capabilities', 'drop'], value: ['ALL'] },
  }),
  verdict('mtls-strict/mtls-mode', {
    message: 'port 8080 accepts plain text: no PeerAuthentication says STRICT',
    status: 'advisory',
    why: 'stage 3 is not reached yet',
    environments,
    location: at(CART, 1, 1, 1, 'template'),
  }),
  verdict('default-deny/namespace-default-deny', {
    message: 'namespace shop has no default deny for egress',
    status: 'existing',
    why: 'the base has it too',
    resource: { apiVersion: 'v1', kind: 'Namespace', namespace: null, name: 'shop' },
    location: at('overlays/prod/kustomization.yaml', 1, 1, 1, 'file'),
    source: 'overlays/prod',
    environments: ['overlays/prod'],
  }),
  verdict('least-privilege/run-as-non-root', {
    message: 'container fluent-bit may run as root',
    status: 'waived',
    why: 'waived by platform until 2027-03-01: reads node logs (SEC-12)',
    resource: { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: 'logging', name: 'fluent-bit' },
    location: at('deploy/fluent-bit.yaml', 21, 9, 26, 'ancestor'),
    document: 2,
    source: 'deploy/fluent-bit.yaml',
  }),
]

const unknowns: readonly UnknownVerdict[] = [
  {
    policy: 'mtls-strict/mtls-mode',
    resource: job,
    location: at(JOB, 2, 1, 10, 'ancestor'),
    message: 'the namespace is declared elsewhere, so whether it is in the mesh is not known',
    blocking: false,
  },
  {
    policy: 'default-deny/ingress-isolated',
    resource: job,
    location: at(JOB, 1, 1, 10, 'ancestor'),
    message: 'whether ingress is isolated is not known: a policy selects a label that its operator adds',
    blocking: false,
    existing: true,
  },
]

const control = (
  framework: string,
  id: string,
  title: string,
  status: ControlResult['status'],
  counted: Partial<ControlResult> = {},
): ControlResult => ({
  framework,
  id,
  title,
  sources: status === 'not-assessable' ? [] : ['P'],
  status,
  policies: status === 'not-assessable' ? 0 : 2,
  findings: 0,
  unknowns: 0,
  ...counted,
})

const letters = { D: 'A published mapping', J: 'Our own reading', P: "Prowler's mapping" }

export const report: Report = {
  version: 1,
  outcome: 'fail',
  stage: 1,
  opened: [
    { from: 'everyone', to: 'shop/web[Deployment]', before: null, after: 'All Connections', environments: [] },
    {
      from: 'shop/web[Deployment]',
      to: 'shop/cart[Deployment]',
      before: 'TCP 8080',
      after: 'TCP 22,8080',
      environments: ['prod', 'staging'],
    },
  ],
  deploys: [
    {
      resource: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', namespace: 'argocd', name: 'shop' },
      file: 'argocd/shop.yaml',
      line: 1,
      what: 'charts/shop of https://git.example.com/shop',
      source: 'charts/shop',
      reason: null,
    },
    {
      resource: { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', namespace: 'shop', name: 'redis' },
      file: 'flux/redis.yaml',
      line: 12,
      what: 'chart redis of HelmRepository bitnami',
      source: null,
      reason: 'this is another repository',
    },
  ],
  judged: {
    sources: 19,
    charts: 14,
    kustomizations: 2,
    files: 3,
    renders: 31,
    environments: 3,
    resources: 412,
    unknownKinds: [
      { kind: 'Widget.example.com', count: 3 },
      { kind: 'Gadget.example.com', count: 1 },
    ],
    whole: { charts: 13, kustomizations: 2, files: 3 },
  },
  findings,
  unknowns,
  unjudged: [
    {
      file: 'charts/api/templates/job.yaml',
      line: 12,
      reason:
        'template: api/templates/job.yaml:12:24: executing "api/templates/job.yaml" at <.Values.job.image>: nil pointer evaluating interface {}.image',
      policy: null,
      source: 'charts/api',
      environments: ['values-prod.yaml'],
    },
  ],
  ignored: [
    { path: 'docs/example.yaml', reason: 'no apiVersion and kind' },
    { path: 'vendor', reason: 'ignored by the configuration' },
  ],
  controls: [
    control('iso-27001-2022', 'A.5.1', 'Policies for information security', 'not-assessable'),
    control('iso-27001-2022', 'A.5.17', 'Authentication information', 'gap', {
      findings: 1,
      policies: 1,
      sources: ['J'],
    }),
    control('iso-27001-2022', 'A.8.2', 'Privileged access rights', 'gap', { findings: 3 }),
    control('iso-27001-2022', 'A.8.9', 'Configuration management', 'gap', { findings: 3, sources: ['J'] }),
    control('iso-27001-2022', 'A.8.15', 'Logging', 'not-exercised'),
    control('iso-27001-2022', 'A.8.20', 'Networks security', 'evidence', { sources: ['D', 'J'] }),
    control('iso-27001-2022', 'A.8.22', 'Segregation of networks', 'gap', { findings: 2, sources: ['D'] }),
    control('iso-27001-2022', 'A.8.24', 'Use of cryptography', 'gap', {
      findings: 1,
      unknowns: 1,
      policies: 1,
      sources: ['J'],
    }),
    control('gdpr', 'Art. 5(1)(a)', 'Lawfulness, fairness and transparency', 'not-assessable'),
    control('gdpr', 'Art. 32(1)(b)', 'Ongoing confidentiality, integrity, availability and resilience', 'gap', {
      findings: 1,
      sources: ['J'],
    }),
  ],
  frameworks: [
    {
      id: 'iso-27001-2022',
      title: 'ISO/IEC 27001:2022, Annex A',
      version: '2022',
      disclaimer: 'Shows which controls the manifests give evidence for. Evidence is not conformity.',
      sources: letters,
    },
    {
      id: 'gdpr',
      title: 'General Data Protection Regulation',
      version: 'Regulation (EU) 2016/679',
      disclaimer: 'Shows which provisions the manifests give evidence for. No legal advice.',
      sources: letters,
    },
  ],
  configuration: {
    file: '.ringfence.yaml',
    stage: 1,
    owns: 'app',
    notes: ['policy least-privilege/root-user is called least-privilege/run-as-non-root now'],
  },
  waivers: [
    {
      policy: 'least-privilege/host-path',
      resource: 'DaemonSet/logging/fluent-bit',
      container: null,
      file: null,
      reason: 'reads node logs',
      owner: 'platform',
      ticket: 'SEC-12',
      expires: '2027-03-01',
      state: 'in force',
      endsSoon: false,
      findings: 1,
    },
    {
      policy: null,
      resource: null,
      container: null,
      file: 'charts/legacy/**',
      reason: '<b>old</b> & @someone',
      owner: 'team-a',
      ticket: null,
      expires: '2026-11-20',
      state: 'expired',
      endsSoon: false,
      findings: 2,
    },
  ],
  next: [
    { stage: 2, findings: 2 },
    { stage: 3, findings: 1 },
  ],
}

/** Nothing found, everything judged. */
export const clean: Report = {
  ...report,
  outcome: 'pass',
  judged: { ...report.judged, unknownKinds: [], whole: { charts: 14, kustomizations: 2, files: 3 } },
  findings: [],
  unknowns: [],
  opened: [],
  deploys: [],
  unjudged: [],
  waivers: [],
  ignored: [],
  controls: report.controls.map((c) =>
    c.status === 'gap' ? { ...c, status: 'evidence', findings: 0, unknowns: 0 } : c,
  ),
  configuration: { ...report.configuration, file: null, notes: [] },
  next: [],
}

let serial = 0

/** UUIDs that are the same in every run; begin with `freshUuids()`. */
export function freshUuids(): () => string {
  serial = 0
  return () => `00000000-0000-4000-8000-${String(++serial).padStart(12, '0')}`
}

export const NOW = '2026-11-21T08:00:00Z'

const findingsOf = (id: string): readonly Verdict[] =>
  findings.filter(({ policy, status }) => policy === id && status === 'blocking').slice(0, 1)

/** Fixes, as `mend` gives them. */
export const patches: readonly Patch[] = [
  {
    file: 'charts/cart/values.yaml',
    line: 7,
    before: ['privileged: true'],
    after: ['privileged: false'],
    shown: ['-privileged: true', '+privileged: false'],
    mends: findingsOf('least-privilege/privileged-container'),
  },
  {
    file: JOB,
    line: 9,
    before: ['        - name: migrate'],
    after: ['        - name: migrate', '          securityContext:', '            runAsNonRoot: true'],
    shown: ['         - name: migrate', '+          securityContext:', '+            runAsNonRoot: true'],
    mends: findingsOf('least-privilege/run-as-non-root'),
  },
]

const network = (...open: readonly string[]): Connections => ({
  workloads: ['shop/cart[Deployment]', 'shop/db[StatefulSet]'],
  connections: open.map((from) => ({ from, to: 'shop/db[StatefulSet]', ports: 'TCP 5432' })),
  notes: [],
})
const [before, after] = [network('shop/cart[Deployment]'), network('shop/cart[Deployment]', '{ingress-controller}')]

/** As `picturesOf` draws them. */
export const pictures: readonly Picture[] = [
  { environments: ['prod'], of: 'changes', drawing: pageDrawing(before, after) },
  { environments: ['prod', 'staging'], of: 'all', drawing: pageDrawing(null, after) },
  { environments: ['load-test'], of: 'all', drawing: null },
]

/** `n` findings, each on a line of its own. */
export function many(n: number, changes: (i: number) => Partial<Verdict>): Report {
  const findings = Array.from({ length: n }, (_, i) =>
    verdict('least-privilege/privileged-container', {
      location: at('deploy/all.yaml', i + 1, 1, 9),
      fingerprint: `f${i}`,
      ...changes(i),
    }),
  )
  return { ...clean, outcome: 'fail', findings }
}
