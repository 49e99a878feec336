/** How many cases a property tries; a long fuzz sets the variable, `npm test` stays quick. */
export const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)
