String log = new File(basedir, "build.log").text
assert log.contains("hello: INCOMPLETE") && log.contains("IMG-024 (LOW) UNKNOWN")
return true
