import { defineConfig } from 'vite'

// The collector is one plain script for shops' pages; it lands beside the dashboard and is served at /almanac.js.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dist', emptyOutDir: false, target: 'es2020', reportCompressedSize: false, sourcemap: false,
    lib: { entry: 'collector/index.ts', formats: ['iife'], name: 'almanacCollector', fileName: () => 'almanac.js' },
  },
})
