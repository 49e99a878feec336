import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real daemons share two cores with the tests; a wait here is for an event, never a sleep.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Half of the time is waiting for clocks and daemons: on two cores two workers took 555 s.
    maxWorkers: 3,
  },
})
