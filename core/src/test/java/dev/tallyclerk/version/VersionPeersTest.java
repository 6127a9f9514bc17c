package dev.tallyclerk.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.maven.artifact.versioning.ComparableVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks the real tools about pairs that no file has. */
class VersionPeersTest {
    private static final int PAIRS = 2000;

    @TempDir
    Path folder;

    @Test
    void agreesWithDpkg() throws Exception {
        Peers.require("dpkg");
        // A warning means that dpkg takes the text for no version.
        String script = """
                while IFS='\t' read -r a b; do
                  if [ -n "$(dpkg --compare-versions "$a" lt "$b" 2>&1)" ]; then echo invalid
                  elif dpkg --compare-versions "$a" lt "$b"; then echo -1
                  elif dpkg --compare-versions "$a" gt "$b"; then echo 1
                  else echo 0; fi
                done < pairs
                """;
        assertAgrees(VersionOrder.DPKG, 400, "sh", "-c", script);
    }

    @Test
    void agreesWithPackagingOfPython() throws Exception {
        Peers.require("python3");
        String script = """
                try:
                    from packaging.version import Version, InvalidVersion
                except ImportError:
                    raise SystemExit("none")
                for line in open("pairs", encoding="utf-8"):
                    a, b = line.rstrip("\\n").split("\\t")
                    try:
                        a, b = Version(a), Version(b)
                        print((a > b) - (a < b))
                    except InvalidVersion:
                        print("invalid")
                """;
        assertAgrees(VersionOrder.PYPI, PAIRS, "python3", "-c", script);
    }

    @Test
    void agreesWithSemverOfNode() throws Exception {
        Peers.require("node");
        String script = """
                let semver;
                for (const place of ["semver", "/usr/share/nodejs/semver",
                        "/usr/lib/node_modules/npm/node_modules/semver", "/usr/share/nodejs/npm/node_modules/semver"]) {
                  try { semver = require(place); break; } catch (e) { if (e.code !== "MODULE_NOT_FOUND") throw e; }
                }
                if (!semver) { console.log("none"); process.exit(0); }
                for (const line of require("fs").readFileSync("pairs", "utf8").split("\\n").slice(0, -1)) {
                  const [a, b] = line.split("\\t");
                  try { console.log(String(semver.compare(a, b))); } catch (e) { console.log("invalid"); }
                }
                """;
        assertAgrees(VersionOrder.NPM, PAIRS, "node", "-e", script);
    }

    @Test
    void agreesWithRubygems() throws Exception {
        Peers.require("ruby");
        String script = """
                File.readlines("pairs", encoding: "utf-8").each do |line|
                  a, b = line.chomp.split("\\t", -1)
                  begin
                    puts((Gem::Version.new(a) <=> Gem::Version.new(b)).to_s)
                  rescue ArgumentError
                    puts "invalid"
                  end
                end
                """;
        assertAgrees(VersionOrder.GEM, PAIRS, "ruby", "-e", script);
    }

    @Test
    void agreesWithRpm() throws Exception {
        Peers.require("rpm");
        String script = "%{lua: for line in io.lines('pairs') do local a, b = line:match('([^\\t]*)\\t([^\\t]*)')"
                + " print(rpm.vercmp(a, b)..'\\n') end}";
        assertAgrees(VersionOrder.RPM, PAIRS, "rpm", "--eval", script);
    }

    @Test
    void agreesWithTheClassOfMaven() {
        List<String> wrong = new ArrayList<>();
        for (String[] pair : pairs(VersionOrder.MAVEN, 20_000)) {
            int theirs = Integer.signum(new ComparableVersion(pair[0]).compareTo(new ComparableVersion(pair[1])));
            int ours = Integer.signum(VersionOrder.MAVEN.compare(pair[0], pair[1]));
            if (ours != theirs) {
                wrong.add(pair[0] + " and " + pair[1] + ": " + theirs + ", not " + ours);
            }
        }
        assertEquals(List.of(), wrong);
    }

    private void assertAgrees(VersionOrder order, int count, String... tool) throws Exception {
        List<String[]> pairs = pairs(order, count);
        StringBuilder text = new StringBuilder();
        pairs.forEach(pair -> text.append(pair[0]).append('\t').append(pair[1]).append('\n'));
        Files.writeString(folder.resolve("pairs"), text);
        List<String> answers =
                Peers.run(folder, tool).lines().filter(line -> !line.isEmpty()).toList();
        if (answers.equals(List.of("none"))) {
            throw Peers.missing(tool[0] + " does not have the library that compares versions");
        }
        List<String> wrong = new ArrayList<>();
        assertEquals(pairs.size(), answers.size());
        int valid = 0;
        for (int i = 0; i < pairs.size(); i++) {
            String[] pair = pairs.get(i);
            String ours = answer(order, pair);
            valid += ours.equals("invalid") ? 0 : 1;
            if (!ours.equals(answers.get(i))) {
                wrong.add(pair[0] + " and " + pair[1] + ": " + answers.get(i) + ", not " + ours);
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(valid > pairs.size() / 10, "only " + valid + " pairs are valid");
    }

    private static String answer(VersionOrder order, String[] pair) {
        try {
            return String.valueOf(Integer.signum(order.compare(pair[0], pair[1])));
        } catch (InvalidVersionException e) {
            return "invalid";
        }
    }

    /** Neighbours of versions: a piece is put in, taken out or changed. */
    private static List<String[]> pairs(VersionOrder order, int count) {
        List<String> seeds = switch (order) {
            case DPKG -> List.of("1.0-1", "2:1.2.3~rc1-1+b2", "1.0+git2024-1ubuntu1", "0.0~~a");
            case PYPI -> List.of("1.0", "1!2.0.1rc1", "1.0.post1.dev2", "1.0+ubuntu.1", "v1.0-beta_2");
            case NPM -> List.of("1.2.3", "v1.0.0-rc.1", "1.0.0-alpha.10+b", "0.0.1-0");
            case GEM -> List.of("1.0", "1.0.0.beta.3", "1-0-alpha", "2.0.a.0.1");
            default -> List.of("1.0-1", "1:1.0~rc1-2.el9", "1.0^git1-0", "0.9_b-1.fc40");
        };
        List<String> pieces = List.of(
                "0", "1", "10", "09", "7", ".", "-", "~", "^", "_", "+", "a", "b", "rc", "alpha", "dev", "post", "el",
                "Z");
        Random random = new Random(20261130);
        List<String[]> pairs = new ArrayList<>();
        while (pairs.size() < count) {
            String first = change(seeds.get(random.nextInt(seeds.size())), pieces, random);
            pairs.add(new String[] {first, change(first, pieces, random)});
        }
        return pairs;
    }

    private static String change(String version, List<String> pieces, Random random) {
        StringBuilder changed = new StringBuilder(version);
        for (int n = random.nextInt(3); n >= 0; n--) {
            int at = random.nextInt(changed.length() + 1);
            int end = Math.min(changed.length(), at + random.nextInt(2));
            changed.replace(at, end, random.nextBoolean() ? pieces.get(random.nextInt(pieces.size())) : "");
        }
        return changed.isEmpty() ? version : changed.toString();
    }
}
