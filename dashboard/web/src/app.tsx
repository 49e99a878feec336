import { ActionIcon, AppShell, Burger, Group, Menu, NavLink, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, type ComponentType } from 'react'
import { Link, Route, Switch, useLocation } from 'wouter'
import { api, read } from './api.ts'
import { Accounts } from './pages/accounts.tsx'
import { Alerts } from './pages/alerts.tsx'
import { AttemptsPage } from './pages/attempts.tsx'
import { ChangesPage } from './pages/changes.tsx'
import { Devices } from './pages/devices.tsx'
import { Grants } from './pages/grants.tsx'
import { LessonsPage } from './pages/lessons.tsx'
import { LogPage } from './pages/log.tsx'
import { OverviewPage } from './pages/overview.tsx'
import { PolicyPage } from './pages/policy.tsx'
import { Sites } from './pages/sites.tsx'
import { TestAs } from './pages/test-as.tsx'
import { Page } from './parts/page.tsx'
import { hasDuty, useMe } from './session.tsx'
import type { Duty, Overview } from './types.ts'
import { DUTY_NAMES } from './words.ts'

/** Used a few times a term: not in what every sign-in loads. */
const ImportPage = lazy(() => import('./pages/import.tsx'))

interface Place {
  readonly path: string
  readonly label: string
  readonly page: ComponentType
  readonly for: readonly Duty[]
}

const SAFEGUARDING: readonly Duty[] = ['dsl', 'deputy_dsl']
const LEADERS: readonly Duty[] = ['head', 'slt']
const WATCHING: readonly Duty[] = ['network_manager', ...SAFEGUARDING, ...LEADERS, 'it']

/** In the order in which a day needs them; the server decides again who may (permissions.ts). */
const PLACES: readonly Place[] = [
  {
    path: '/',
    label: 'Overview',
    page: OverviewPage,
    for: [...WATCHING, 'teacher', 'governor', 'chair_of_governors'],
  },
  { path: '/changes', label: 'Waiting for you', page: ChangesPage, for: WATCHING },
  { path: '/alerts', label: 'Alerts', page: Alerts, for: WATCHING },
  {
    path: '/attempts',
    label: 'Blocked attempts',
    page: AttemptsPage,
    for: WATCHING,
  },
  { path: '/test', label: 'Test as', page: TestAs, for: WATCHING },
  {
    path: '/lessons',
    label: 'My class',
    page: LessonsPage,
    for: ['teacher', ...WATCHING.filter((duty) => duty !== 'it')],
  },
  {
    path: '/grants',
    label: 'Permissions',
    page: Grants,
    for: [...WATCHING, 'reception', 'teacher'],
  },
  { path: '/sites', label: 'Sites', page: Sites, for: WATCHING },
  {
    path: '/devices',
    label: 'Devices',
    page: Devices,
    for: [...WATCHING, 'reception', 'exams_officer'],
  },
  { path: '/import', label: 'Import', page: ImportPage, for: ['network_manager', 'it'] },
  { path: '/policy', label: 'Policy', page: PolicyPage, for: WATCHING },
  { path: '/log', label: 'Change log', page: LogPage, for: WATCHING },
  {
    path: '/accounts',
    label: 'People and duties',
    page: Accounts,
    for: WATCHING,
  },
]

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
        <Stack gap={2}>
          {places.map(({ path: to, label }) => (
            <NavLink
              key={to}
              component={Link}
              href={to}
              label={label}
              active={path === to}
              aria-current={path === to ? 'page' : undefined}
              onClick={close}
              rightSection={
                to === '/changes' ? <Mine number={overview.data?.mine ?? 0} /> : undefined
              }
            />
          ))}
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <Suspense fallback={<div aria-busy="true" />}>
          <Switch>
            {places.map(({ path: at, page }) => (
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
