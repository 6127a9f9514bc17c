String log = new File(basedir, "build.log").text
assert log.contains("no image: nothing is named in <images>")
return true
