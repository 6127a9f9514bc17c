String log = new File(basedir, "build.log").text
assert (log =~ /hello: ACCEPTED/).count == 3
assert (log =~ /layers were read earlier in this build/).count == 2
assert !log.contains("not marked as thread-safe")
["", "one/", "two/"].each { assert new File(basedir, it + "target/tallyclerk").list().length == 4 }
return true
