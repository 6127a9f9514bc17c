String log = new File(basedir, "build.log").text
assert log.contains("3 files: ACCEPTED")
// What the first report has is accepted by the second goal, and refused by the third one.
assert log.contains("1 file: ACCEPTED")
assert log.contains("1 file: REJECTED")
def json = new groovy.json.JsonSlurper().parse(new File(basedir, "target/tallyclerk/files-usual.json"))
def subjects = json.subjects*.name
assert subjects.any { it.contains("src/main/docker/Dockerfile.jvm") }
assert subjects.any { it == "Pod/web" }
assert subjects.any { it.contains("compose.yaml") }
assert !log.contains("notes.txt")
assert new File(basedir, "target/tallyclerk").list().length == 8
assert new File(basedir, "target/tallyclerk/files-usual-github.txt").text.contains("file=k8s/pod.yaml,line=")
assert new File(basedir, "target/refused/files-policy.sarif").file
return true
