package dev.tallyclerk.hardening.apparmor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Outcome.Kind;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppArmorTest {
    /** What docker-default denies and allows, in our order and spelling. */
    static final String LIKE_DEFAULT = """
            include <tunables/global>
            profile like-default flags=(attach_disconnected, mediate_deleted) {
              include <abstractions/base>
              capability,
              network,
              file,
              umount,
              signal (receive) peer=unconfined,
              signal (send, receive) peer=like-default,
              ptrace (trace, read, tracedby, readby) peer=like-default,
              deny mount,
              deny @{PROC}/* w,
              deny @{PROC}/{[^1-9],[^1-9][^0-9],[^1-9s][^0-9y][^0-9s],[^1-9][^0-9][^0-9][^0-9]*}/** w,
              deny @{PROC}/sys/[^k]** w,
              deny @{PROC}/sys/kernel/{?,??,[^s][^h][^m]**} w,
              deny @{PROC}/sysrq-trigger rwklx,
              deny @{PROC}/kcore rwklx,
              deny /sys/[^f]*/** wklx,
              deny /sys/f[^s]*/** wklx,
              deny /sys/fs/[^c]*/** wklx,
              deny /sys/fs/c[^g]*/** wklx,
              deny /sys/fs/cg[^r]*/** wklx,
              deny /sys/firmware/** rwklx,
              deny /sys/devices/virtual/powercap/** rwklx,
              deny /sys/kernel/security/** rwklx,
            }
            """;

    static List<AppArmorSubject> parse(String text, Map<String, String> includes) throws MalformedSubjectException {
        return AppArmorSubject.parse(
                SourceDocument.of("profile", text.getBytes(StandardCharsets.UTF_8)),
                SubjectLimits.defaults(),
                path -> Optional.ofNullable(includes.get(path)));
    }

    static Map<String, Kind> kinds(AppArmorSubject profile) {
        Map<String, Kind> kinds = new TreeMap<>();
        for (Rule<?> rule : AppArmorRules.ruleSet().rules()) {
            kinds.put(rule.info().id().value(), outcome(rule, profile).kind());
        }
        return kinds;
    }

    @SuppressWarnings("unchecked") // all rules of the set are over profiles
    private static Outcome outcome(Rule<?> rule, AppArmorSubject profile) {
        return ((Rule<AppArmorSubject>) rule).evaluate(profile, RuleContext.at(Instant.EPOCH));
    }

    private static Kind kind(String id, String rules) throws MalformedSubjectException {
        return Objects.requireNonNull(
                kinds(parse("profile p {\n" + rules + "\n}\n", Map.of()).get(0)).get(id), id);
    }

    @Test
    void aProfileLikeDockersPasses() throws MalformedSubjectException {
        Map<String, Kind> kinds = kinds(parse(LIKE_DEFAULT, Map.of()).get(0));
        assertFalse(kinds.containsValue(Kind.FAIL), kinds.toString());
        assertFalse(kinds.containsValue(Kind.UNKNOWN), kinds.toString());
    }

    @Test
    void everyDenyRuleOfDockersMatters() throws MalformedSubjectException {
        for (String rule : List.of("deny mount,", "sys/[^k]** w", "[^s][^h][^m]**", "kcore", "powercap", "firmware")) {
            String without = LIKE_DEFAULT
                    .lines()
                    .filter(line -> !line.contains(rule))
                    .map(line -> line + "\n")
                    .reduce("", String::concat);
            String weaker = rule.contains("mount") ? without.replace("umount,", "umount,\n mount,") : without;
            assertTrue(kinds(parse(weaker, Map.of()).get(0)).containsValue(Kind.FAIL), rule);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AAP-002 | file, | FAIL",
                "AAP-002 | /** rw, | FAIL",
                "AAP-002 | /proc/** r, | FAIL",
                "AAP-002 | @{PROC}/sys/kernel/core_pattern w, | FAIL",
                "AAP-002 | owner /proc/sys/{vm,net}/** rw, | FAIL",
                "AAP-002 | rw /sys/module/*/parameters/*, | FAIL",
                "AAP-002 | file rw /sys/**, | FAIL",
                "AAP-002 | all, | FAIL",
                "AAP-002 | /usr/** mrix, | PASS",
                "AAP-002 | /proc/*/status r, | PASS",
                "AAP-002 | /** r, deny /proc/** rw, deny /sys/** rw, | PASS",
                "AAP-002 | file, audit deny /{proc,sys}/** rwklx, | PASS",
                "AAP-002 | deny { /proc/** rw, /sys/** rw, } /** rw, | PASS",
                "AAP-002 | \"/proc/sys/**\" w, | FAIL",
                "AAP-003 | mount, | FAIL",
                "AAP-003 | mount fstype=tmpfs -> /tmp/, | FAIL",
                "AAP-003 | mount options=(rw, bind) /a -> /b, | FAIL",
                "AAP-003 | pivot_root, | FAIL",
                "AAP-003 | remount, | FAIL",
                "AAP-003 | mount, deny mount, | PASS",
                "AAP-003 | umount, | PASS",
                "AAP-003 | all, | FAIL",
                "AAP-004 | /usr/bin/x Ux, | FAIL",
                "AAP-004 | /usr/bin/x pux, | FAIL",
                "AAP-004 | /usr/bin/x px -> other, | PASS",
                "AAP-004 | /usr/bin/x ix, | PASS",
                "AAP-004 | change_profile, | FAIL",
                "AAP-004 | change_profile -> unconfined, | FAIL",
                "AAP-004 | change_profile /** -> **, | FAIL",
                "AAP-004 | change_profile -> other, | PASS",
                "AAP-005 | ptrace, | FAIL",
                "AAP-005 | ptrace (read) peer=unconfined, | FAIL",
                "AAP-005 | ptrace (tracedby, readby), | PASS",
                "AAP-005 | ptrace (trace, read) peer=p, | PASS",
                "AAP-005 | signal, | FAIL",
                "AAP-005 | signal send set=(term) peer=unconfined, | FAIL",
                "AAP-005 | signal (receive), | PASS",
                "AAP-005 | signal (receive, send) set=(\"exists\"), | PASS",
                "AAP-005 | signal (send) peer=@{profile_name}, | PASS",
                "AAP-001 | file, | PASS"
            })
    void judges(String id, String rules, Kind kind) throws MalformedSubjectException {
        assertEquals(kind, kind(id, rules), rules);
    }

    @ParameterizedTest
    @ValueSource(strings = {"complain", "unconfined", "default_allow"})
    void aFlagMaySwitchAllOff(String flag) throws MalformedSubjectException {
        AppArmorSubject profile = parse("profile p flags=(attach_disconnected," + flag + ") { }\n", Map.of())
                .get(0);
        assertEquals(Kind.FAIL, kinds(profile).get("AAP-001"));
        assertEquals(Kind.NOT_APPLICABLE, kinds(profile).get("AAP-002"));
    }

    @Test
    void anIncludeThatCannotBeReadIsUnknown() throws MalformedSubjectException {
        String text = "profile p {\n  include <abstractions/mine>\n  /usr/** r,\n}\n";
        assertEquals(Kind.UNKNOWN, kinds(parse(text, Map.of()).get(0)).get("AAP-003"));
        Map<String, String> mine = Map.of("abstractions/mine", "  /srv/** r,\n");
        assertEquals(Kind.PASS, kinds(parse(text, mine).get(0)).get("AAP-003"));
        Map<String, String> weak = Map.of("abstractions/mine", "  mount,\n");
        assertEquals(Kind.FAIL, kinds(parse(text, weak).get(0)).get("AAP-003"));
    }

    private static Kind mountsIn(Map<String, String> files, boolean areFoldersKnown) throws MalformedSubjectException {
        SourceContext context = SourceContext.create()
                .withFiles(path -> Optional.ofNullable(files.get(path))
                        .map(text -> SourceDocument.of(path, text.getBytes(StandardCharsets.UTF_8))));
        if (areFoldersKnown) {
            context = context.withFolders(path -> {
                String folder = path.replaceAll("/\\.$", "") + "/";
                return Optional.of(files.keySet().stream()
                        .filter(file -> file.startsWith(folder))
                        .map(file -> file.substring(folder.length()).replaceFirst("/.*", ""))
                        .distinct()
                        .toList());
            });
        }
        String text = "profile p {\n  include if exists <local/p>\n  include <more.d>\n}\n";
        SourceDocument document = SourceDocument.of("d/p", text.getBytes(StandardCharsets.UTF_8));
        return Objects.requireNonNull(
                kinds(AppArmorKind.create().read(document, context).get(0)).get("AAP-003"));
    }

    @Test
    void foldersAreIncludedWithAllTheirFiles() throws MalformedSubjectException {
        Map<String, String> harmless = Map.of("d/p", "", "d/more.d/a", "/srv/** r,");
        assertEquals(Kind.PASS, mountsIn(harmless, true));
        assertEquals(Kind.UNKNOWN, mountsIn(harmless, false));
        assertEquals(Kind.FAIL, mountsIn(Map.of("d/p", "", "d/more.d/a", "", "d/more.d/b", "mount,"), true));
        assertEquals(Kind.PASS, mountsIn(Map.of("d/p", "", "d/more.d/b.dpkg-old", "mount,"), true));
        assertEquals(Kind.FAIL, mountsIn(Map.of("d/p", "", "d/local/p", "mount,"), true));
    }

    @Test
    void includesInACircleEnd() throws MalformedSubjectException {
        Map<String, String> circle = Map.of("a", "include <b>\n", "b", "#include <a>\n");
        assertEquals(
                Kind.UNKNOWN,
                kinds(parse("profile p { include <a>\n}\n", circle).get(0)).get("AAP-002"));
    }

    @Test
    void variablesHaveAllTheirValues() throws MalformedSubjectException {
        String text = "@{DIRS}=/srv/ \"/opt/a b/\"\n@{DIRS} += /proc/sys/\nprofile p { @{DIRS}/** rw, }\n";
        assertEquals(Kind.FAIL, kinds(parse(text, Map.of()).get(0)).get("AAP-002"));
        assertEquals(Kind.UNKNOWN, kind("AAP-002", "@{NONE}/** rw,"));
    }

    @Test
    void childProfilesAndHatsHaveTheirOwnRules() throws MalformedSubjectException {
        List<AppArmorSubject> profiles = parse("""
                abi <abi/4.0>,
                /usr/bin/server flags=(attach_disconnected) {
                  /srv/** r,
                  profile helper { mount, }
                  ^hat { ptrace, }
                }
                """, Map.of());
        assertEquals(
                List.of("/usr/bin/server", "/usr/bin/server//helper", "/usr/bin/server//hat"),
                profiles.stream().map(AppArmorSubject::name).toList());
        assertEquals(Kind.PASS, kinds(profiles.get(0)).get("AAP-003"));
        assertEquals(Kind.FAIL, kinds(profiles.get(1)).get("AAP-003"));
        assertEquals(Kind.FAIL, kinds(profiles.get(2)).get("AAP-005"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "profile p {",
                "profile p { /x r }",
                "profile p { /x r, } }",
                "profile p { nonsense, }",
                "profile p { /x zz, }",
                "profile p { , }",
                "{ }",
                "profile { }",
                "/x r,",
                "profile p { \"/x r, }\n",
                "profile p { /{a,b r, }\n",
                "profile p { deny, }"
            })
    void refusesABrokenProfile(String text) {
        var e = assertThrows(MalformedSubjectException.class, () -> parse(text, Map.of()));
        assertEquals(MalformedSubjectException.Reason.SYNTAX, e.reason());
        assertTrue(e.line().isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "/a*, /abc, true",
        "/a*, /a/b, false",
        "/a**, /a/b, true",
        "/a?, /ab, true",
        "/a?, /a/, false",
        "/[a-c]x, /bx, true",
        "/[^a-c]x, /bx, false",
        "/[^a-c]x, /dx, true",
        "'/{a,b{c,d}}', /bd, true",
        "'/{a,b}', /c, false",
        "'/{,x/}y', /y, true",
        "/a\\*, /a*, true",
        "/a\\*, /ab, false",
        "/**, /, true"
    })
    void pathsMatchAsInAppArmor(String pattern, String path, boolean isMatch) {
        assertEquals(isMatch, PathPattern.of(pattern).matches(path));
    }

    @Test
    void aPatternOfManyStarsTakesNoTime() {
        assertFalse(PathPattern.of("/" + "**a".repeat(500) + "b").matches("/" + "a".repeat(2000)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "profile p { /x r, } | NONE",
                "profile p {~  /x r,~} | POSSIBLE",
                "#include <tunables/global>~/usr/bin/x flags=(complain) {~  /x r,~} | POSSIBLE",
                "{\"a\": 1, \"b\": {} } | NONE",
                "function f() {~ a, b~} | NONE",
                "FROM x~RUN a, b { | NONE"
            })
    void recognisesProfilesByTheirHead(String text, Recognition recognition) {
        SourceDocument document = SourceDocument.of("x", text.replace('~', '\n').getBytes(StandardCharsets.UTF_8));
        assertEquals(recognition, AppArmorKind.create().recognise(document));
    }
}
