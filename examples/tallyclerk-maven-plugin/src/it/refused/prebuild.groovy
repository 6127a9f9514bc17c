import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import java.security.MessageDigest

// The image "hello", whose user is root.
def hello = new File(basedir, "../../../../images/hello")
def layout = new File(basedir, "target/root-user")
def blobs = new File(layout, "blobs/sha256")
blobs.mkdirs()
new File(hello, "blobs/sha256").eachFile { new File(blobs, it.name).bytes = it.bytes }
new File(layout, "oci-layout").bytes = new File(hello, "oci-layout").bytes
def read = { File file -> new JsonSlurper().parse(file) }
def blob = { String digest -> new File(blobs, digest.replace("sha256:", "")) }
def write = { document ->
    byte[] bytes = JsonOutput.toJson(document).bytes
    def digest = "sha256:" + MessageDigest.getInstance("SHA-256").digest(bytes).encodeHex()
    blob(digest).bytes = bytes
    return [digest: digest, size: bytes.length]
}
def index = read(new File(hello, "index.json"))
def manifest = read(blob(index.manifests[0].digest))
def config = read(blob(manifest.config.digest))
config.config.User = "root"
manifest.config.putAll(write(config))
index.manifests[0].putAll(write(manifest))
new File(layout, "index.json").text = JsonOutput.toJson(index)
return true
