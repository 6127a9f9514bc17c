String log = new File(basedir, "build.log").text
assert log.contains("no image: nothing is named in <images>")
["tallyclerk:verify", "tallyclerk:audit", "tallyclerk:help", "User property: tallyclerk.acceptedFor"].each { assert log.contains(it) }
return true
