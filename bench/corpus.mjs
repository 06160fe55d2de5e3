#!/usr/bin/env node
// Writes a repository of plain manifests to time the gate on: teams with applications, each in its own file, as real
// repositories have them. Of every application the names, images, sizes and defects are its own, so that nothing is judged
// once for all. The same arguments give the same bytes.
//
//   node bench/corpus.mjs DIR OBJECTS
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dump } from 'js-yaml'

/** Numbers in [0, 1): mulberry32, so that the repository is the same everywhere. */
function numbers(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const object = (apiVersion, kind, name, namespace, rest) => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === null ? {} : { namespace }), labels: { app: name } },
  ...rest,
})

/** About one application in three is hardened, one leaves out what it should say, one has something plainly wrong. */
function securityOf(chance) {
  const hardened = {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  }
  if (chance < 0.35) return hardened
  if (chance < 0.7) return { runAsNonRoot: true }
  return [{ privileged: true }, { capabilities: { add: ['NET_ADMIN'] } }, { runAsUser: 0 }][
    Math.floor(chance * 100) % 3
  ]
}

function container(name, app, random) {
  return {
    name,
    image: `registry.example.com/${app}/${name}:${random() < 0.2 ? 'latest' : `1.${Math.floor(random() * 40)}.0`}`,
    args: [`--listen=:${8000 + Math.floor(random() * 1000)}`],
    env: [{ name: 'APP', value: app }],
    ports: [{ name: 'http', containerPort: 8080 }],
    securityContext: securityOf(random()),
    resources: {
      requests: { cpu: `${50 + Math.floor(random() * 200)}m`, memory: '64Mi' },
      limits: { memory: '256Mi' },
    },
    volumeMounts: [{ name: 'work', mountPath: '/work' }],
  }
}

/** Six objects: an account, what it may do and that it may, its configuration, its workload and its service. */
function application(app, namespace, random) {
  const containers = ['main', 'proxy'].slice(0, random() < 0.3 ? 2 : 1).map((name) => container(name, app, random))
  const volumes = [random() < 0.1 ? { name: 'work', hostPath: { path: '/var/lib' } } : { name: 'work', emptyDir: {} }]
  const template = {
    metadata: { labels: { app } },
    spec: { serviceAccountName: app, automountServiceAccountToken: random() < 0.5, containers, volumes },
  }
  const selector = { matchLabels: { app } }
  const kind = random() < 0.8 ? 'Deployment' : 'StatefulSet'
  const rules = [
    random() < 0.1
      ? { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }
      : { apiGroups: [''], resources: random() < 0.2 ? ['secrets'] : ['configmaps'], verbs: ['get', 'list'] },
  ]
  return [
    object('v1', 'ServiceAccount', app, namespace, {}),
    object('rbac.authorization.k8s.io/v1', 'Role', app, namespace, { rules }),
    object('rbac.authorization.k8s.io/v1', 'RoleBinding', app, namespace, {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: app },
      subjects: [{ kind: 'ServiceAccount', name: app, namespace }],
    }),
    object('v1', 'ConfigMap', app, namespace, { data: { 'app.properties': `name=${app}\nlevel=info\n` } }),
    object('apps/v1', kind, app, namespace, {
      spec: { replicas: 2, selector, template, ...(kind === 'StatefulSet' ? { serviceName: app } : {}) },
    }),
    object('v1', 'Service', app, namespace, {
      spec: { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    }),
  ]
}

/** A namespace, and in every other one a default deny. */
function team(namespace, random) {
  const deny = object('networking.k8s.io/v1', 'NetworkPolicy', 'default-deny', namespace, {
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  })
  const labels = random() < 0.5 ? { 'istio-injection': 'enabled' } : { team: namespace }
  const own = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }
  return random() < 0.5 ? [own, deny] : [own]
}

const APPLICATIONS_A_TEAM = 25

/** Writes about `objects` objects below `directory`. */
export function writeCorpus(directory, objects) {
  const random = numbers(objects)
  const write = (file, documents) => {
    const path = join(directory, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, documents.map((document) => dump(document)).join('---\n'))
  }
  const applications = Math.max(1, Math.round(objects / (6 + 1.5 / APPLICATIONS_A_TEAM)))
  for (let i = 0; i < applications; i++) {
    const namespace = `team-${Math.floor(i / APPLICATIONS_A_TEAM)}`
    if (i % APPLICATIONS_A_TEAM === 0) write(`${namespace}/namespace.yaml`, team(namespace, random))
    write(`${namespace}/app-${i}.yaml`, application(`app-${i}`, namespace, random))
  }
}

if (import.meta.url === new URL(process.argv[1], 'file://').href) {
  const [directory, objects] = process.argv.slice(2)
  if (!directory || !(Number(objects) > 0)) {
    console.error('node bench/corpus.mjs DIR OBJECTS')
    process.exit(2)
  }
  writeCorpus(directory, Number(objects))
}
