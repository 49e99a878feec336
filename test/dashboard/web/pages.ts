import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { Secret, TOTP } from 'otpauth'

/** Chromium of Debian, as root in a container: no sandbox of its own, no calls home. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
}

export const WIDE = { width: 1280, height: 900 }
export const PHONE = { width: 360, height: 740 }

/** One person at one screen; `faults` are what the browser itself complained of. */
export class Screen {
  readonly page: Page
  readonly faults: string[] = []
  readonly #base: string
  readonly #pending = new Set<string>()
  readonly #failed: string[] = []

  private constructor(page: Page, base: string) {
    this.page = page
    this.#base = base
    page.setDefaultTimeout(20_000)
    page.on('request', (request) => this.#pending.add(request.url()))
    page.on('requestfinished', (request) => this.#pending.delete(request.url()))
    page.on('requestfailed', (request) => {
      this.#pending.delete(request.url())
      this.#failed.push(`${request.url()} ${request.failure()?.errorText ?? ''}`)
    })
    page.on('pageerror', ({ message }) => this.faults.push(message))
    page.on('console', (message) => {
      const text = message.text()
      // A refused request is told to the person; the browser's own line about it is no fault.
      if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
        this.faults.push(text)
    })
  }

  static async open(browser: Browser, base: string, viewport = WIDE): Promise<Screen> {
    const context: BrowserContext = await browser.newContext({ viewport, locale: 'en-GB' })
    return new Screen(await context.newPage(), base)
  }

  async go(path: string): Promise<void> {
    await this.page.goto(this.#base + path)
    await this.#do(`${path} shows no page`, () =>
      this.page.getByRole('heading', { level: 1 }).waitFor(),
    )
  }

  async fill(label: string, text: string): Promise<void> {
    await this.#do(`\`${label}\` can't be filled`, () =>
      this.page.getByRole('textbox', { name: label }).first().fill(text),
    )
  }

  async choose(label: string, option: string): Promise<void> {
    await this.#do(`\`${option}\` can't be chosen for \`${label}\``, async () => {
      // A field of many choices lies behind its own frame, which opens it, too.
      await this.page.getByRole('combobox', { name: label }).click({ force: true })
      await this.page.getByRole('option', { name: option, exact: true }).click()
    })
  }

  async click(name: string): Promise<void> {
    await this.#do(`\`${name}\` can't be clicked`, () =>
      this.page.getByRole('button', { name, exact: true }).first().click(),
    )
  }

  /** What a step that fails on a loaded machine leaves to find its cause by: the page as it stands. */
  async #do(fault: string, step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (cause) {
      const seen = await this.page.locator('body').innerText()
      const [faults, failed] = [this.faults, this.#failed].map((list) => list.join('; '))
      const state = { at: this.page.url(), seen, faults, failed, pending: [...this.#pending] }
      throw new Error(`${fault}: ${JSON.stringify(state)}`, { cause })
    }
  }

  /** Types a password; where a second factor is set up on the way, hands its key back. */
  async signIn(login: string, password: string): Promise<string | null> {
    await this.go('/')
    await this.fill('Name', login)
    await this.page.getByLabel('Password').first().fill(password)
    await this.click('Sign in')
    const key = this.page.getByLabel('Key for the authenticator app')
    const menu = this.page.getByRole('button', { name: 'Your account' })
    await key.or(menu).first().waitFor()
    if (await menu.isVisible()) return null
    const secret = ((await key.textContent()) ?? '').replaceAll(' ', '')
    await this.fill('Code of your authenticator app', codeOf(secret))
    await this.click('Go on')
    await menu.waitFor()
    return secret
  }

  /** What axe finds against WCAG 2.2 A and AA, and whether the page scrolls sideways (1.4.10). */
  async barriers(): Promise<readonly string[]> {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
    const { violations } = await new AxeBuilder({ page: this.page }).withTags(tags).analyze()
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`,
    )
    const sideways = await this.page.evaluate<boolean>(
      'document.documentElement.scrollWidth > window.innerWidth + 1',
    )
    return sideways ? [...found, 'scrolls sideways'] : found
  }
}

function codeOf(secret: string): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate()
}
