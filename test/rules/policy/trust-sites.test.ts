import { expect, test } from 'vitest'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { joinPolicyTexts } from '../../../rules/policy/policy-text.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'
import { SCHOOL_FILES } from '../../support/school-folder.ts'

const PARENT = `sites:
  - { id: mail, block: [mail.example, service: snapchat], because: The trust has its own. }
  - { id: post, allow: [post.mail.example], because: But for this. }
  - { id: film, block: [film.example], until: 2026-12-18, because: Exams. }
  - { id: guests, block: [news.example], profiles: [portal], because: Not for guests. }
`

function problemsOf(rule: string): readonly string[] {
  const own = `extends: trust.yaml\n${SCHOOL_FILES['policy.yaml'] ?? ''}sites:\n  - { ${rule}, because: x }\n`
  const text = joinPolicyTexts(own, { name: 'trust.yaml', text: PARENT })
  const read = parsePolicy(text, 'policy.yaml')
  return read.ok ? [] : read.problems.map(describeProblem)
}

test.each([
  [
    'the host itself',
    'allow: [mail.example]',
    /sites\.0\.allow\.0: `mail\.example` is closed by the trust \(`mail`\)$/,
  ],
  ['a host below it', 'allow: [a.example, x.mail.example]', /sites\.0\.allow\.1: /],
  ['a host of a service', 'allow: [web.snapchat.com]', /`web\.snapchat\.com` is closed/],
  ['the service', 'allow: [service: snapchat]', /`service:snapchat` is closed/],
])('%s is told at its place in the school’s file', (_says, rule, problem) => {
  expect(problemsOf(rule)).toEqual([expect.stringMatching(problem)])
})

test.each([
  ['what the trust opens below it', 'allow: [post.mail.example, a.post.mail.example]'],
  ['what is above it, where the rest is open', 'allow: [example]'],
  ['what the trust closes for other profiles', 'allow: [news.example], profiles: [staff]'],
  ['what it closes for a while', 'allow: [film.example]'],
  ['closing it, too', 'block: [mail.example]'],
])('%s is no problem', (_says, rule) => {
  expect(problemsOf(rule)).toEqual([])
})
