String log = new File(basedir, "build.log").text
// Every image is decided on before the build fails, with one line for each.
assert log.contains("/hello: ACCEPTED")
def errors = log.readLines().findAll { it =~ /hello-tampered: |target\/absent: |target\/root-user: / }
assert errors.size() == 3
assert errors[0].contains("hello-tampered: REJECTED") && errors[0].contains("DIGEST_MISMATCH")
assert errors[1].contains("oci:target/absent: not decided: there is no folder ")
assert errors[2].contains("oci:target/root-user: REJECTED") && errors[2].contains("IMG-001")
return true
