// Serves a folder on a free port of the loopback interface, which it prints. For screenshots only.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'

const folder = path.resolve(process.argv[2])
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.txt': 'text/plain' }

http
  .createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname)
    const file = path.join(folder, name.endsWith('/') ? name + 'index.html' : name)
    if (!file.startsWith(folder + path.sep) || !fs.existsSync(file)) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream' })
    fs.createReadStream(file).pipe(response)
  })
  .listen(0, '127.0.0.1', function () {
    console.log(this.address().port)
  })
