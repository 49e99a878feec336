import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app.css'

import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { Problem } from './api.ts'
import { Session } from './session.tsx'
import { cssVariables, theme } from './theme.ts'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server has refused it refuses again.
      retry: (failures, error) =>
        !(error instanceof Problem && error.status >= 400) && failures < 2,
      refetchOnWindowFocus: false,
    },
  },
})

const root = document.getElementById('root')
if (root === null) throw new Error('no #root')

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <Notifications position="top-right" />
        <Session>
          <App />
        </Session>
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
)
