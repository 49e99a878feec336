import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // A font or image in the script would be refused by the page's own policy.
    assetsInlineLimit: 0,
    // What a first load costs is held by `test/dashboard/web/bundle.test.ts`.
    chunkSizeWarningLimit: 800,
  },
})
