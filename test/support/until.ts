/** Resolves with what `ask` gives once it passes `isRight`; rejects with the last answer after `withinMs`. */
export async function until<T>(
  ask: () => Promise<T> | T,
  isRight: (answer: T) => boolean,
  withinMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    if (performance.now() > deadline)
      throw new Error(`not within ${withinMs} ms; last: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
