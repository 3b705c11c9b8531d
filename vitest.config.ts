import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['{src,lab,drills,test,examples,scripts,bench}/**/*.test.ts'], exclude: ['**/*.lab.test.ts', '**/node_modules/**'], testTimeout: 30_000 } },
      { test: { name: 'lab', include: ['{src,lab,drills,test}/**/*.lab.test.ts'], fileParallelism: false, testTimeout: 300_000, hookTimeout: 600_000 } },
    ],
  },
})
