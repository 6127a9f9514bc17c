context.get("right").stop(0)
context.get("wrong").stop(0)
String log = new File(basedir, "build.log").text
assert (log =~ /localhost:[0-9]+\/team\/hello:1.0: ACCEPTED/).count == 1
def lines = log.readLines().findAll { it.startsWith("[ERROR]") && it.contains("localhost:") }
assert lines.size() == 1 && lines[0].contains("answers 401") && lines[0].contains("<server> in the settings")
assert !log.contains("wrong-password") && !log.contains("right-password")
assert !log.contains("wrong-password".bytes.encodeBase64().toString())
return true
