String log = new File(basedir, "build.log").text
assert log.contains("hello: REJECTED")
assert log.contains("requires")
return true
