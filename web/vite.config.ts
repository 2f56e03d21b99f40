/**
 * The build. Everything that the strict content security policy forbids is
 * switched off here: no inlined assets (`data:` is not allowed as a source) and
 * no inline preload script.
 */
import { defineConfig } from "vitest/config";

const portal = process.env["SLEUTELKAST_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/",
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    // One file with all that the first page needs: in five files it would be larger, and take more requests.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } } },
  },
  server: { host: "127.0.0.1", proxy: { "/api": portal } },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
