String log = new File(basedir, "build.log").text
assert (log =~ /jib-image.tar: ACCEPTED sha256:/).count == 2
assert (log =~ /and nothing has changed since/).count == 1
assert (log =~ /jib-image.tar for linux\/amd64: ACCEPTED sha256:/).count == 1
return true
