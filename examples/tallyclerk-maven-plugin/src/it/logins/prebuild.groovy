import com.sun.net.httpserver.HttpServer

// Two registries with the image, which let one user in; loopback addresses are asked by http.
def hello = new File(basedir, "../../../../images/hello")
def expected = "Basic " + "ci:right-password".bytes.encodeBase64()
def properties = new File(basedir, "test.properties")
properties.text = ""
["right", "wrong"].each { name ->
    def server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
    server.createContext("/") { exchange ->
        if (exchange.requestHeaders.getFirst("Authorization") != expected) {
            exchange.responseHeaders.add("WWW-Authenticate", 'Basic realm="test"')
            exchange.sendResponseHeaders(401, -1)
        } else if (exchange.requestURI.path == "/v2/") {
            exchange.sendResponseHeaders(200, -1)
        } else {
            def last = exchange.requestURI.path.replaceFirst(".*/", "")
            def digest = last == "1.0" ? "sha256:d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b" : last
            def blob = new File(hello, "blobs/" + digest.replace(":", "/"))
            if (!blob.file) {
                exchange.sendResponseHeaders(404, -1)
            } else {
                def isManifest = exchange.requestURI.path.contains("/manifests/")
                exchange.responseHeaders.add("Content-Type", isManifest ? "application/vnd.oci.image.manifest.v1+json" : "application/octet-stream")
                exchange.responseHeaders.add("Docker-Content-Digest", digest)
                if (exchange.requestMethod == "HEAD") {
                    exchange.responseHeaders.add("Content-Length", blob.length() as String)
                    exchange.sendResponseHeaders(200, -1)
                } else {
                    exchange.sendResponseHeaders(200, blob.length())
                    exchange.responseBody << blob.bytes
                }
            }
        }
        exchange.close()
    }
    server.start()
    properties << "${name}.port=${server.address.port}\n"
    context.put(name, server)
}
return true
