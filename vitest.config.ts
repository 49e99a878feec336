import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real daemons share two cores with the tests; a wait here is for an event, never a sleep.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Half of the time is waiting for clocks and daemons: one worker took 600 s on two cores, two took 378 s.
    maxWorkers: 2,
  },
})
