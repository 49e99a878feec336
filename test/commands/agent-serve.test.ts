import { expect, test } from 'vitest'
import { serveAgents } from '../../commands/agent-serve.ts'
import { deskScene } from './desk-scene.ts'

test.each([
  ['no address', ['--listen', 'here'], '--listen is an address and a port'],
  ['the network without TLS', ['--listen', '10.0.0.1:8443'], 'agents are answered over TLS'],
  ['half a certificate', ['--listen', '127.0.0.1:0', '--key', 'k'], 'go together'],
  ['a file that is not there', ['--listen', '127.0.0.1:0', '--school-ca', '/no'], 'ENOENT'],
])('agent serve: %s is said', async (_says, args, problem) => {
  const { run } = await deskScene(serveAgents)
  const answer = await run(...args)
  expect(answer.code).toBe(2)
  expect(answer.err).toContain(problem)
})
