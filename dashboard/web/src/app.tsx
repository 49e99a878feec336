import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Stack,
  Text,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { Link, Route, Switch, useLocation } from 'wouter'
import { api, read } from './api.ts'
import { DETAILS, PLACES, SECTIONS, type Place } from './places.ts'
import { Page, Waiting } from './parts/page.tsx'
import { hasDuty, useMe } from './session.tsx'
import type { Overview } from './types.ts'
import { DUTY_NAMES } from './words.ts'

/** Often enough for a head's day, and no activity of a person. */
const REFRESH_MS = 15_000

export function App() {
  const me = useMe()
  const [path] = useLocation()
  const [opened, { toggle, close }] = useDisclosure(false)
  const places = PLACES.filter((place) => hasDuty(me, ...place.for))
  const overview = useQuery({
    queryKey: ['overview'],
    queryFn: () => read<Overview>('/api/overview', true),
    refetchInterval: REFRESH_MS,
    enabled: places.some((place) => place.path === '/'),
  })
  const [first] = places
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="lg"
    >
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Text fw={700}>Schoolgate</Text>
            <Text c="dimmed" visibleFrom="xs">
              {me.site}
            </Text>
          </Group>
          <Account />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        <AppShell.Section grow component={ScrollArea} type="auto">
          {SECTIONS.map((section) => (
            <Section
              key={section}
              label={section}
              places={places.filter((place) => place.section === section)}
              path={places.some((place) => place.path === path) ? path : (first?.path ?? path)}
              mine={overview.data?.mine ?? 0}
              onLeave={close}
            />
          ))}
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <Suspense fallback={<Waiting />}>
          <Switch>
            {places.map(({ path: at, page }) => (
              <Route key={at} path={at} component={page} />
            ))}
            {DETAILS.filter((detail) => hasDuty(me, ...detail.for)).map(({ path: at, page }) => (
              <Route key={at} path={at} component={page} />
            ))}
            <Route>
              {first === undefined ? (
                <Page title="Schoolgate" about="You have no duty yet: ask the head.">
                  {null}
                </Page>
              ) : (
                <first.page />
              )}
            </Route>
          </Switch>
        </Suspense>
      </AppShell.Main>
    </AppShell>
  )
}

interface SectionProps {
  readonly label: string
  readonly places: readonly Place[]
  readonly path: string
  /** What waits for whoever looks. */
  readonly mine: number
  readonly onLeave: () => void
}

function Section({ label, places, path, mine, onLeave }: SectionProps) {
  if (places.length === 0) return null
  return (
    <Stack component="section" aria-label={label} gap={2} mb="md">
      <Text size="xs" fw={600} c="dimmed" px="sm" py={4}>
        {label}
      </Text>
      {places.map(({ path: to, label: name }) => (
        <NavLink
          key={to}
          component={Link}
          href={to}
          label={name}
          active={path === to}
          aria-current={path === to ? 'page' : undefined}
          onClick={onLeave}
          py={6}
          rightSection={to === '/changes' ? <Mine number={mine} /> : undefined}
        />
      ))}
    </Stack>
  )
}

function Mine({ number }: { readonly number: number }) {
  if (number === 0) return null
  return (
    <Text size="sm" fw={700} component="span" aria-label={`${number} for you`}>
      {number}
    </Text>
  )
}

function Account() {
  const me = useMe()
  const signOut = async (): Promise<void> => {
    await api('DELETE', '/api/session')
    window.location.assign('/')
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" radius="xl" aria-label="Your account">
          {(me.name ?? me.login).slice(0, 1).toUpperCase()}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label c="var(--mantine-color-text)">{me.name ?? me.login}</Menu.Label>
        {me.duties.map((duty) => (
          <Menu.Label key={duty} c="dimmed">
            {DUTY_NAMES[duty]}
          </Menu.Label>
        ))}
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
