import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (folder: string): string => fileURLToPath(new URL(`./ui/src/${folder}`, import.meta.url));

export default defineConfig({
  root: 'ui',
  plugins: [svelte({ configFile: '../svelte.config.js' }), svelteTesting()],
  resolve: {
    alias: {
      $ipc: src('ipc'),
      $i18n: src('i18n'),
      $errors: src('errors'),
      $design: src('design'),
      $features: src('features'),
      $views: src('views'),
      $test: src('test'),
    },
  },
  clearScreen: false,
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'safari16.4',
    // The content security policy allows no inline script, and WebKitGTK, WebView2 and WKWebView preload modules.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test/setup.ts'],
    include: ['src/**/*.test.ts'],
    restoreMocks: true,
    // The machine may be busy; nothing here measures time.
    testTimeout: 60_000,
  },
});
