String log = new File(basedir, "build.log").text
// Both modules are built at once, and one of them reads the layers.
assert (log =~ /hello: ACCEPTED/).count == 2
assert (log =~ /layers were read earlier in this build/).count == 1
assert !log.contains("not marked as thread-safe")
def reports = new File(basedir, "reports").list()
["one", "two"].each { module -> assert reports.count { it =~ "(^|_)" + module + "-.*hello-" } == 4 }
assert reports.length == 8
return true
