import { test } from '@jest/globals'
import { readFileSync, writeFileSync, readdirSync, existsSync } from 'node:fs'
import { loadPolicy } from '@open-policy-agent/opa-wasm'
import { loadAll } from 'js-yaml'
import { resourceOf } from './relate/index/grants-world.js'
import { worldOf } from '../src/relate/world.js'
import { grants } from '../src/relate/resolve/grants.js'
import { apiServersOf } from '../src/relate/index/apiserver.js'
const CLUSTER = new Set(['ClusterRole', 'ClusterRoleBinding', 'Namespace'])
test('rbac', async () => {
  const { names, judges } = JSON.parse(readFileSync('/tmp/rbac/dist/names.json', 'utf8'))
  const policy = await loadPolicy(readFileSync('/tmp/rbac/dist/policy.wasm') as never, { initial: 16 } as never)
  policy.setData({ parameters: { ...Object.fromEntries(names.map((n: string) => ['least-privilege/' + n.replaceAll('_', '-'), { allowed: [] }])), 'least-privilege/apiserver-encryption': {providers: ['aescbc','secretbox','kms']}, 'least-privilege/apiserver-anonymous-auth': {paths: ['/livez','/readyz','/healthz']}} })
  const judge = (text: string) => {
    const objects = (loadAll(text) as any[]).filter((o) => o)
    const resources = objects.map((o, id) => ({ ...resourceOf(o.apiVersion ?? '', o.kind ?? '', o.metadata?.name ?? '', CLUSTER.has(o.kind) ? '' : (o.metadata?.namespace ?? '~r'), { metadata: {}, ...o }), id }))
    const world = worldOf(resources)
    const cards = resources.flatMap((resource) => { const card = grants.card(resource, world.podOf(resource)); return card === null ? [] : [{ resource, card }] })
    const resolve = grants.resolve(cards, world)
    return resources.flatMap((resource) => {
      const pod = world.podOf(resource)
      const input = { resource: resource.object, declared: true, namespace: resource.namespaceStated && resource.namespace !== '' ? resource.namespace : null, pod, facts: { grants: resolve(resource, pod), platform: { apiServers: apiServersOf(resource, pod) } } }
      const outcomes = (policy.evaluate(input, 'entry/result') as any)[0].result
      return names.flatMap((name: string, i: number) => judges[name].includes(resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`) || (pod !== null && judges[name].includes('pod'))
        ? [...outcomes[i].findings.map((f: any) => ({ policy: 'least-privilege/' + name.replaceAll('_', '-'), document: resource.id, ...f })), ...outcomes[i].unknowns.map((f: any) => ({ unknown: name, document: resource.id, ...f }))] : [])
    })
  }
  const out: string[] = []
  const mode = process.env['RBAC'] ?? 'corpus'
  if (mode === 'corpus') {
    const corpus = '/work/shared/corpus/'
    const controls = JSON.parse(readFileSync(corpus + 'controls.json', 'utf8'))
    const labels = readFileSync(corpus + 'labels.jsonl', 'utf8').trim().split('\n').map((l) => JSON.parse(l)).filter((l) => /^(rbac|apiserver)/.test(l.control) && controls[l.control])
    const cache = new Map<string, any[]>()
    let ok = 0
    for (const l of labels) {
      if (!cache.has(l.file)) cache.set(l.file, judge(readFileSync(corpus + l.file, 'utf8')))
      const hit = cache.get(l.file)!.filter((f) => f.policy && controls[l.control].policies.includes(f.policy) && (l.doc === null || l.doc === f.document))
      if ((hit.length > 0) === (l.expected === 'fail')) ok++
      else out.push(`${l.expected} ${l.control} ${l.file}#${l.doc} ${hit.map((h) => h.message).join(' | ')}`)
    }
    out.push(`${ok}/${labels.length}`)
  } else if (mode === 'examples') {
    for (const name of names) {
      const dir = `policies/least_privilege/${name}/`
      for (const file of readdirSync(dir).filter((f) => f.endsWith('.yaml'))) {
        const text = readFileSync(dir + file, 'utf8')
        for (const f of judge(text).filter((f) => f.policy === 'least-privilege/' + name.replaceAll('_', '-') || f.unknown === name)) out.push(`${name} ${file} doc ${f.document} ${f.path.join('.')}: ${f.unknown ? 'UNKNOWN ' : ''}${f.message}`)
      }
    }
  } else for (const f of judge(readFileSync(mode, 'utf8'))) out.push(`${f.policy ?? 'UNKNOWN ' + f.unknown} #${f.document} ${f.path.join('.')}: ${f.message}`)
  writeFileSync('/tmp/rbac/out.txt', out.join('\n') + '\n')
  if (existsSync('/nonexistent')) throw new Error()
})
