import { agent } from './cli.ts'

/** The entry of the agent's own executable (`npm run agent:build`), which has no other commands. */
void agent(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
