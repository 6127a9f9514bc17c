import fs from 'node:fs'
import path from 'node:path'

/**
 * Makes the links of the documents, which are written for a code host, work on the site: those to documents lead to
 * pages, those to other files to copies below /files/. A link to nothing fails the build.
 *
 * @param root the project's folder
 * @param pages the documents on the site, relative to it
 * @param copied receives the other files, relative to it
 */
export function documentLinks(root, pages, copied) {
  return (md) => {
    md.core.ruler.push('document-links', (state) => {
      const page = state.env.realPath ?? state.env.path
      for (const token of state.tokens) {
        rewrite(token.children ?? [], path.dirname(page), path.relative(root, page))
      }
    })
  }

  function rewrite(tokens, folder, page) {
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]
      const name = token.type === 'link_open' ? 'href' : token.type === 'image' ? 'src' : null
      const link = name && token.attrGet(name)
      if (!link || /^[a-z]+:|^#/.test(link)) {
        continue
      }
      const [file, anchor] = link.split('#')
      const target = path.resolve(folder, decodeURI(file))
      const relative = path.relative(root, target).replaceAll(path.sep, '/')
      const readme = path.posix.join(relative, 'README.md')
      if (!fs.existsSync(target)) {
        throw new Error(`${page} links to ${link}, which is not there`)
      } else if (pages.has(relative) || pages.has(readme)) {
        const leads = pages.has(relative) ? relative : readme
        token.attrSet(name, pageAddress(leads) + (anchor ? '#' + anchor : ''))
      } else if (fs.statSync(target).isDirectory()) {
        // A folder is nothing that a site can show: the words stay, the link goes.
        const end = tokens.findIndex((each, at) => at > i && each.type === 'link_close')
        tokens.splice(end, 1)
        tokens.splice(i, 1)
        i--
      } else if (token.type === 'link_open') {
        copied.add(relative)
        token.attrSet(name, '/files/' + copyOf(relative))
        token.attrSet('target', '_self')
      }
    }
  }
}

/** The name of a file's copy: browsers show text files only by some endings. */
export function copyOf(file) {
  return /\.(svg|png|json|html)$/.test(file) ? file : file + '.txt'
}

function pageAddress(document) {
  return document === 'README.md' ? '/' : '/' + document
}
