import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The development server forwards the API to a running `almanac serve`, or to `npm run mock` (the default).
const api = process.env.ALMANAC_API ?? 'http://127.0.0.1:5199'

export default defineConfig({
  plugins: [react()],
  server: { port: 5173, proxy: { '/api': { target: api, changeOrigin: false } } },
  build: { target: 'es2022', sourcemap: false, reportCompressedSize: false, manifest: true, chunkSizeWarningLimit: 900 },
})
