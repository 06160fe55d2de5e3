import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'

test('docs/frameworks is what frameworks/ and the policies say', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build-framework-docs.mjs', '--check'], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})
