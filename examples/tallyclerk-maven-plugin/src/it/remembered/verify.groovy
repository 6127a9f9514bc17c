String log = new File(basedir, "build.log").text
assert (log =~ /hello: ACCEPTED sha256:d63f358a4f58/).count == 3
assert (log =~ /and nothing has changed since/).count == 1
return true
