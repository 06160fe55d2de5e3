/** The report with the fixes of its findings. */
import { fingerprintOf } from '../decide/fingerprint.js'
import type { Finding } from '../model.js'
import { groupBy } from '../decide/group.js'
import { maskSecrets } from '../report/mask.js'
import type { FileFix, Report, Verdict } from '../report/report.js'
import { mend, type Fix as MendFix, type Mended, type Patient } from './mend.js'

/** Its policy knows a mechanical remedy, and nobody accepted it. */
export const isMendable = ({ remedy, status }: Verdict): boolean => remedy !== null && status !== 'waived'

/** Looks for fixes of the verdicts that are wanted. `shown`: tree path → path relative to the working directory. */
export async function mendReport(
  report: Report,
  isWanted: (verdict: Verdict) => boolean,
  patient: Omit<Patient, 'isWanted'> & { readonly shown: (file: string) => string },
): Promise<{ readonly report: Report; readonly texts: Mended['texts'] }> {
  const { shown } = patient
  const keyOf = (finding: Finding): string =>
    JSON.stringify([fingerprintOf(finding), shown(finding.resource.origin.source)])
  const verdictKey = ({ fingerprint, source }: Verdict): string => JSON.stringify([fingerprint, source])
  const wanted = new Set(report.findings.filter(isWanted).map(verdictKey))
  const { texts, fixes } = await mend({ ...patient, isWanted: (finding) => wanted.has(keyOf(finding)) })
  const all = patient.head.flatMap((judgement) => judgement.findings)
  const byKey = new Map(
    [...groupBy(all, keyOf)].map(([key, same]) => [key, fixOf(same.map((finding) => fixes.get(finding)))]),
  )
  const findings = report.findings.map((verdict) => {
    const fix = byKey.get(verdictKey(verdict)) ?? null
    return fix === null
      ? { ...verdict, fix }
      : { ...verdict, fix: { ...presented(fix, shown), also: fix.also.map((each) => presented(each, shown)) } }
  })
  return { report: { ...report, findings }, texts }
}

/** What mends a finding in all of its environments; null where one of them stays as it is. */
function fixOf([first, ...others]: readonly (MendFix | undefined)[]): (MendFix & { also: readonly MendFix[] }) | null {
  if (first === undefined || others.includes(undefined)) return null
  const distinct = new Map([first, ...(others as readonly MendFix[])].map((fix) => [JSON.stringify(fix), fix]))
  return { ...first, also: [...distinct.values()].slice(1) }
}

const presented = ({ file, edits, lines }: MendFix, shown: (file: string) => string): FileFix => ({
  file: shown(file),
  edits,
  lines: lines.map((line) => `${line.slice(0, 1)}${maskSecrets([line.slice(1).trimEnd()]).join('')}`),
})
