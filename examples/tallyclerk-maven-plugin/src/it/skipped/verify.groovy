String log = new File(basedir, "build.log").text
assert log.contains("skipped: tallyclerk.skip")
return true
