import { expect, test } from '@jest/globals'
import type { Source } from '../../src/model.js'
import { deployedBy } from '../../src/report/deploys.js'
import { resource } from '../resources.js'

const chart = (id: string): Source => ({ kind: 'chart', id, renders: [] })

const deploys = (apiVersion: string, kind: string, spec: object): readonly (readonly [string, string | null])[] => {
  const text = JSON.stringify({ apiVersion, kind, metadata: { name: 'shop', namespace: 'ops' }, spec })
  const found = deployedBy([resource(text), resource(text)], [chart('charts/shop'), chart('apps/prod')])
  return found.map(({ what, source }) => [what, source])
}

const REPO = 'https://git.example.com/shop'

test.each<[string, string, object, readonly (readonly [string, string | null])[]]>([
  ['helm.cattle.io/v1', 'HelmChart', { chart: 'traefik', repo: REPO }, [[`chart traefik of ${REPO}`, null]]],
  [
    'fleet.cattle.io/v1alpha1',
    'GitRepo',
    { repo: REPO, paths: ['apps/prod'] },
    [[`apps/prod of ${REPO}`, 'apps/prod']],
  ],
  ['kustomize.config.k8s.io/v1beta1', 'Kustomization', { path: 'x' }, []],
  ['apps/v1', 'Deployment', {}, []],
])('%s %s %j', (apiVersion, kind, spec, expected) => {
  expect(deploys(apiVersion, kind, spec)).toEqual(expected)
})
