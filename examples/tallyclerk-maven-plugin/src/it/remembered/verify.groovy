String log = new File(basedir, "build.log").text
assert (log =~ /hello: ACCEPTED sha256:d63f358a4f58/).count == 2
assert (log =~ /and nothing has changed since/).count == 1
assert (log =~ /hello for linux\/amd64: ACCEPTED sha256:d63f358a4f58/).count == 1
return true
