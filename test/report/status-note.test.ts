/** A finding that blocks although somebody thought of it is nowhere told as one that does not. */
import { describe, expect, test } from '@jest/globals'
import { github } from '../../src/report/github.js'
import { html } from '../../src/report/html.js'
import { statusNote } from '../../src/report/words.js'
import { report, verdict } from './fixture.js'

const WHY = 'the waiver of platform ended on 2026-11-20'
const [policy] = report.findings.map((finding) => finding.policy)
const waived = verdict(policy ?? '', { status: 'blocking', why: WHY })
const alone = { ...report, findings: [waived], unknowns: [], unjudged: [], waivers: [] }

describe('a blocking finding with a waiver that does not hold', () => {
  test('says so in words', () => {
    expect(statusNote(waived)).toBe(`blocks: ${WHY}`)
    expect(statusNote({ ...waived, why: null })).toBe('')
  })

  test('in HTML', () => {
    const page = html(alone, { source: () => null })
    expect(page).toContain(`Blocks: ${WHY}.`)
    expect(page).not.toMatch(/does not block/i)
  })

  test('in an annotation', () => {
    const lines = github(alone, { prefix: '' })
    expect(lines).toContain(`::error`)
    expect(lines).toContain(`Blocks: ${WHY}`)
    expect(lines).not.toMatch(/advice only|advises/i)
  })
})
