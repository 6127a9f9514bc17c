import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { copyOf, documentLinks } from './links.mjs'

// All documents of the project are pages, where they are: what a code host shows and what the site shows is one text.
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const leftOut = /(^|\/)(node_modules|target|src|\.[^/]+)(\/|$)/
const pages = new Set(
  fs
    .readdirSync(root, { recursive: true })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.md') && !leftOut.test(file)),
)
const copied = new Set()

const page = (text, link) => ({ text, link: '/' + link.replace(/\.md$/, '') })
const group = (text, ...items) => ({ text, collapsed: false, items })

// Pages outside this folder do not see its node_modules.
function fromHere(names) {
  return {
    name: 'from-here',
    enforce: 'pre',
    resolveId(source, importer, options) {
      return names.test(source) && importer?.endsWith('.md')
        ? this.resolve(source, path.join(root, 'docs/package.json'), { ...options, skipSelf: true })
        : null
    },
  }
}

export default defineConfig({
  title: 'Tallyclerk',
  description: 'Decides whether a container image is safe to load',
  lang: 'en',
  srcDir: root,
  srcExclude: ['**/target/**', '**/src/**', '**/.*/**', '**/node_modules/**'],
  outDir: path.join(root, 'docs/.vitepress/dist'),
  cacheDir: path.join(root, 'docs/.vitepress/cache'),
  rewrites: { 'README.md': 'index.md' },
  appearance: true,
  markdown: {
    config: (md) => md.use(documentLinks(root, pages, copied)),
    languageAlias: { Jenkinsfile: 'groovy' },
  },
  vite: {
    build: { chunkSizeWarningLimit: 2000 },
    publicDir: path.join(root, 'docs/.vitepress/public'),
    plugins: [fromHere(/^vue(\/|$)/)],
  },
  buildEnd(site) {
    for (const file of copied) {
      const to = path.join(site.outDir, 'files', copyOf(file))
      fs.mkdirSync(path.dirname(to), { recursive: true })
      fs.copyFileSync(path.join(root, file), to)
    }
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      page('Get started', 'docs/getting-started.md'),
      page('Command', 'docs/command.md'),
      page('Embedding', 'docs/embedding.md'),
      { text: 'Javadoc', link: '/api/index.html', target: '_self' },
    ],
    sidebar: [
      group(
        'Start',
        { text: 'What it does', link: '/' },
        page('Get started', 'docs/getting-started.md'),
        page('The command', 'docs/command.md'),
        page('Questions', 'docs/faq.md'),
      ),
      group(
        'Embed',
        page('Recipes', 'docs/embedding.md'),
        page('In a proxy, a plugin, a service', 'docs/embed-in.md'),
        page('Write a rule', 'docs/own-rules.md'),
        page('The verifying proxy', 'examples/verifying-proxy/README.md'),
        page('The Maven plugin', 'examples/tallyclerk-maven-plugin/README.md'),
        page('Testcontainers', 'examples/testcontainers/README.md'),
        page('CI systems', 'docs/ci.md'),
        page('A fleet of images', 'examples/fleet-audit/README.md'),
      ),
      group(
        'Trust',
        page('Trust policies', 'docs/trust.md'),
        page('Publish with TUF', 'docs/signing.md'),
        page('Away from Content Trust', 'docs/content-trust.md'),
      ),
      group(
        'Audit',
        page('Rules', 'examples/RULES.md'),
        page('Images', 'docs/image-rules.md'),
        page('Attacks on engines', 'docs/engine-attacks.md'),
        page('Dockerfiles', 'docs/dockerfile.md'),
        page('Compose', 'docs/compose.md'),
        page('Kubernetes', 'docs/kubernetes.md'),
        page('Running engines', 'docs/live-engine.md'),
        page('Hosts', 'docs/hosts.md'),
        page('Benchmarks to audit by', 'docs/benchmarks.md'),
      ),
      group(
        'Contents',
        page('Bills of materials', 'docs/sbom.md'),
        page('Vulnerabilities', 'docs/vulnerabilities.md'),
        page('Bases and rebuilds', 'docs/bases.md'),
        page('Engines and archives', 'docs/engines.md'),
        page('What scanners ask for', 'docs/scanner-requests.md'),
      ),
      group(
        'Move here',
        page('From jib-core', 'docs/from-jib-core.md'),
        page('From oras-java', 'docs/from-oras-java.md'),
        page('From docker-java', 'docs/from-docker-java.md'),
        page('From sigstore-java', 'docs/from-sigstore-java.md'),
      ),
      group(
        'Know',
        page('Threat model and limits', 'SECURITY.md'),
        page('Design', 'docs/design.md'),
        page('Beside other tools', 'docs/comparison.md'),
        page('Measurements', 'benchmarks/README.md'),
        page('Contribute', 'CONTRIBUTING.md'),
        page('Tests', 'docs/testing.md'),
        page('Changes', 'CHANGELOG.md'),
      ),
    ],
  },
})
