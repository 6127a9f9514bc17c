String log = new File(basedir, "build.log").text
assert log.contains("target/absent")
assert !log.contains("ACCEPTED")
return true
