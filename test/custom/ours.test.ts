import { afterAll, expect, test } from '@jest/globals'
import { startEngines } from '../gate.js'
import { workload } from '../manifests.js'
import { judgeBy } from './custom.js'

const engines = startEngines()
afterAll(() => engines.close())

const policy = (name: string, custom: string, rules: string): string => `# METADATA
# title: "A title"
# custom:
#   severity: high
#   ${custom.replaceAll('\n', '\n#   ')}
package policies.shop.${name}

${rules}
`

test('a policy with METADATA judges what it says, with paths, parameters and a library', async () => {
  const files = {
    '.ringfence/policies/images.rego': policy(
      'known_images',
      'judges: [pod]\nparameters:\n  allowed: {type: array, default: [images.example.org/], description: "Where from"}',
      `import data.lib.shop

findings contains {"path": container.path, "message": $"{container.name} is from elsewhere"} if {
	some container in input.pod.containers
	not shop.starts_with_any(container.spec.image, data.parameters["shop/known-images"].allowed)
}

unknowns contains {"path": [], "message": "who knows"} if input.resource.kind == "Deployment"`,
    ),
    '.ringfence/policies/lib.rego':
      'package lib.shop\n\nstarts_with_any(text, prefixes) if {\n\tsome prefix in prefixes\n\tstartswith(text, prefix)\n}\n',
    '.ringfence/policies/images_test.rego': 'package no.use\n\nthis is not compiled with the policies',
  }
  const { findings, unknowns, problems, by } = await judgeBy(engines, files, [
    workload(),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
  ])
  expect(problems).toEqual([])
  expect(findings.map(({ policy, path }) => [policy, path])).toEqual([
    ['shop/known-images', ['spec', 'template', 'spec', 'containers', 0]],
  ])
  expect([unknowns.map(({ message }) => message), by]).toEqual([['who knows'], ['shop/known-images']])
})

const rule = 'findings contains {"path": [], "message": "x"}'

test.each([
  ['no METADATA', 'package policies.shop.x\n\n' + rule + '\n', 'METADATA of scope package is missing'],
  ['a key that does not exist', policy('x', 'judges: [pod]\nseverty: high', rule), 'METADATA: unknown key severty'],
  ['no kinds', policy('x', 'stage: 2', rule), 'METADATA: judges is a list of kinds'],
  ['a stage that does not exist', policy('x', 'judges: [pod]\nstage: 5', rule), 'METADATA: stage is one of 1, 2, 3, 4'],
  [
    'a control that does not exist',
    policy('x', 'judges: [pod]\ncontrols: {gdpr: {Art. 0: J}}', rule),
    'METADATA: controls: no Art. 0',
  ],
  [
    'the name of another policy',
    policy('taken', 'judges: [pod]', rule).replace('policies.shop', 'policies.x'),
    'there is another policy x/taken',
  ],
])('%s is told', async (_what, text, expected) => {
  const { problems, told } = await judgeBy(engines, { '.ringfence/policies/a.rego': text }, [workload()], {
    controlProblem: (_framework, control) => `no ${control}`,
  })
  expect(problems.join('\n')).toContain(expected)
  expect(told).toEqual([])
})

test('what a policy says without a message is no finding but a failure', async () => {
  const text = policy('x', 'judges: [pod]', 'findings contains {"path": []}')
  const { unjudged, told } = await judgeBy(engines, { '.ringfence/policies/a.rego': text }, [workload()])
  expect([told, unjudged.map(({ policy }) => policy)]).toEqual([[], ['shop/x']])
  expect(unjudged[0]?.reason).toContain('has no message')
})
