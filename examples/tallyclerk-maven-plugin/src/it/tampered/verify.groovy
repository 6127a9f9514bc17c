String log = new File(basedir, "build.log").text
assert log.contains("hello-tampered: REJECTED")
// Every image is decided on before the build fails.
assert log.contains("/hello: ACCEPTED")
return true
