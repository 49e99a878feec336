import { Box, Table } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  readonly label: string
  /** Pixels below which it scrolls by itself, and the page does not. */
  readonly minWidth: number
  readonly children: ReactNode
}

/** A table that a phone can scroll, by keyboard, too (WCAG 2.1.1). */
export function WideTable({ label, minWidth, children }: Props) {
  return (
    <Box role="region" aria-label={label} tabIndex={0} style={{ overflowX: 'auto' }}>
      <Table striped miw={minWidth}>
        {children}
      </Table>
    </Box>
  )
}
