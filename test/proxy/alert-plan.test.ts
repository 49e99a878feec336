import { chmodSync } from 'node:fs'
import { expect, test } from 'vitest'
import { alertSettingsOf } from '../../proxy/alert-plan.ts'
import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'

function scene(files: Readonly<Record<string, string>> = {}, mode = 0o600) {
  const school = schoolFolder(files)
  for (const name of Object.keys(files)) chmodSync(school.path(name), mode)
  const parsed = parsePolicy(SCHOOL_FILES['policy.yaml'] ?? '', 'policy.yaml')
  if (!parsed.ok) throw new Error('the small school has a policy')
  const { policy } = parsed
  return (...set: string[]) => alertSettingsOf(school.config(...set), school.directory, policy)
}

const MAIL = { host: 'mail.school.test', from: 'gate@school.test' }

test('a gate that is told nothing of alerts tells nobody', () => {
  expect(scene()()).toEqual({
    ...{ school: 'Small School', timezone: 'Europe/London', dashboardUrl: null, quiet: null },
    ...{ digestAt: 7.5 * 3_600, mailboxes: {}, mail: null, webhooks: [] },
  })
})

test('secrets are the first lines of files, times of day seconds', () => {
  const settings = scene({ user: 'gate\n', password: 'pass word\nnote\n', hook: 'shared secret' })
  const mail = { ...MAIL, userFile: 'user', passwordFile: 'password' }
  const made = settings(
    `alerts.mail=${JSON.stringify(mail)}`,
    'alerts.webhooks=[{"url":"https://hook.test/a","secretFile":"hook"}]',
    'alerts.quietHours={"from":"22:00","to":"07:00"}',
    'alerts.recipients={"dsl":["dsl@school.test"]}',
  )
  expect(made).toMatchObject({
    quiet: { from: 79_200, to: 25_200 },
    mailboxes: { dsl: ['dsl@school.test'] },
    webhooks: [{ url: 'https://hook.test/a', secret: 'shared secret' }],
    mail: {
      ...MAIL,
      port: 587,
      security: 'starttls',
      user: 'gate',
      password: 'pass word',
      ca: null,
    },
  })
})

const REFUSED: readonly [why: string, text: string, mode: number, says: RegExp][] = [
  ['can be read by others', 'secret', 0o640, /`.*secret` can be read by others; .*chmod 600/],
  ['is empty', '\n', 0o600, /has nothing on its first line/],
]

test.each(REFUSED)('a secret whose file %s is refused', (_why, text, mode, says) => {
  const settings = scene({ secret: text }, mode)
  const mail = { ...MAIL, passwordFile: 'secret' }
  expect(settings(`alerts.mail=${JSON.stringify(mail)}`)).toMatch(says)
  const hooks = 'alerts.webhooks=[{"url":"https://hook.test/a","secretFile":"secret"}]'
  expect(settings(hooks)).toMatch(/^alerts\.webhooks: /)
})

test('a file that is not there is named', () => {
  const mail = { ...MAIL, caFile: 'nobody.pem' }
  expect(scene()(`alerts.mail=${JSON.stringify(mail)}`)).toMatch(
    /^alerts\.mail: cannot read `.*nobody\.pem`/,
  )
})
