String log = new File(basedir, "build.log").text
assert log.contains("the build is offline, and registry.example.org/team/app:1.0 is in a registry")
return true
