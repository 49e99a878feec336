import { expect, test } from 'vitest'
import type { OutMessage } from '../../../records/alerts/outbox.ts'
import { mailSender, type MailSettings } from '../../../records/alerts/send-mail.ts'
import { MailServer } from '../../support/smtp-server.ts'

const SETTINGS: MailSettings = {
  ...{ host: '127.0.0.1', port: 0, security: 'none', user: null, password: null, ca: null },
  from: 'Schoolgate <gate@school.test>',
}

const MESSAGE: OutMessage = {
  ...{ id: '01ID', channel: 'mail', target: 'dsl@school.test' },
  ...{ subject: 'Alert', body: 'p-1001 (pupil): tried.\n.\nEnd.' },
}

test('a mail arrives with its text, a stable id, and as an automatic one', async () => {
  await using server = await MailServer.start()
  await mailSender({ ...SETTINGS, port: server.port })(MESSAGE)
  const [mail] = server.mails
  expect(mail).toMatchObject({ from: 'gate@school.test', to: ['dsl@school.test'] })
  expect(mail?.text).toMatch(/^Message-ID: <01ID@school\.test>\r$/m)
  expect(mail?.text).toMatch(/^Auto-Submitted: auto-generated\r$/m)
  expect(mail?.text).toContain('p-1001 (pupil): tried.\r\n.\r\nEnd.')
})

test('a line break in a subject or an address adds no header and no recipient', async () => {
  await using server = await MailServer.start()
  const subject = 'Alert\r\nBcc: someone@elsewhere.test'
  await mailSender({ ...SETTINGS, port: server.port })({ ...MESSAGE, subject })
  expect(server.mails[0]?.to).toEqual(['dsl@school.test'])
  expect(server.mails[0]?.text).not.toMatch(/^Bcc:/m)
})

test('a server that refuses, is away, or has no TLS where TLS is demanded is a failure', async () => {
  await using server = await MailServer.start()
  server.refusing = true
  const settings = { ...SETTINGS, port: server.port }
  await expect(mailSender(settings)(MESSAGE)).rejects.toThrow(/451/)
  server.refusing = false
  await expect(mailSender({ ...settings, security: 'starttls' })(MESSAGE)).rejects.toThrow()
  expect(server.mails).toEqual([])
  await expect(mailSender({ ...SETTINGS, port: 1 })(MESSAGE)).rejects.toThrow(/ECONNREFUSED/)
})
