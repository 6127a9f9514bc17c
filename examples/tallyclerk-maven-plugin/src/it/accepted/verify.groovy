String log = new File(basedir, "build.log").text
assert log.contains("/hello: ACCEPTED sha256:d63f358a4f58")
def reports = new File(basedir, "target/tallyclerk").list().sort()
assert reports.collect { it.replaceFirst(/^.*hello-[0-9a-f]{8}/, "") } == ["-junit.xml", ".html", ".json", ".sarif"]
assert new groovy.json.JsonSlurper().parse(new File(basedir, "target/tallyclerk").listFiles().find { it.name.endsWith(".json") }).decision.kind == "ACCEPTED"
return true
