import groovy.json.JsonOutput
import groovy.json.JsonSlurper

// The image "hello" in target/jib-image.tar, where jib writes it, and as jib does: with compressed layers.
def hello = new File(basedir, "../../../../images/hello")
def blob = { String digest -> new File(hello, "blobs/" + digest.replace(":", "/")) }
def index = new JsonSlurper().parse(new File(hello, "index.json"))
def manifest = new JsonSlurper().parse(blob(index.manifests[0].digest))
def files = ["config.json": blob(manifest.config.digest).bytes]
manifest.layers.each { files[it.digest.replace("sha256:", "") + ".tar.gz"] = blob(it.digest).bytes }
def layers = files.keySet().findAll { it.endsWith(".tar.gz") }
files["manifest.json"] = JsonOutput.toJson([[Config: "config.json", RepoTags: ["registry.example.org/team/hello:1.0"], Layers: layers]]).bytes

new File(basedir, "target").mkdirs()
new File(basedir, "target/jib-image.tar").withOutputStream { out ->
    files.each { name, bytes ->
        byte[] header = new byte[512]
        def put = { int at, String text -> System.arraycopy(text.bytes, 0, header, at, text.length()) }
        put(0, name)
        put(100, "0000644\0" + "0000000\0" * 2)
        put(124, String.format("%011o\0", bytes.length) + "00000000000\0")
        put(148, " " * 8 + "0")
        put(257, "ustar\00000")
        put(148, String.format("%06o\0 ", (header as List).sum { it & 0xff }))
        out.write(header)
        out.write(bytes)
        out.write(new byte[(512 - bytes.length % 512) % 512])
    }
    out.write(new byte[1024])
}
return true
