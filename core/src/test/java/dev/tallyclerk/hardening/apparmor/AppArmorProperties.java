package dev.tallyclerk.hardening.apparmor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AppArmorProperties {
    static void assertOutcomes(String text) {
        try {
            for (AppArmorSubject profile : AppArmorTest.parse(text, Map.of("a", text, "b", "/x r,\n"))) {
                assertFalse(AppArmorTest.kinds(profile).containsValue(Outcome.Kind.ERROR), "a rule has no outcome");
            }
        } catch (MalformedSubjectException e) {
            assertTrue(String.valueOf(e.getMessage()).length() <= 1001, "the message is bounded");
        }
    }

    @Property(tries = 300)
    void everyTextIsReadOrRefused(@ForAll String text) {
        assertOutcomes(text);
    }

    @Property
    void everyTextOfTheLanguageIsReadOrRefused(@ForAll("parts") String text) {
        assertOutcomes(text);
    }

    @Provide
    Arbitrary<String> parts() {
        return Arbitraries.of(
                        "profile p {\n",
                        "}\n",
                        "{",
                        "}",
                        ",",
                        ",\n",
                        " ",
                        "\n",
                        "/proc/** rw",
                        "@{A}",
                        "@{PROC}",
                        "=/a /b\n",
                        "+=",
                        "include <a>\n",
                        "#include <b>\n",
                        "include if exists <a>\n",
                        "deny ",
                        "owner ",
                        "mount",
                        "ptrace",
                        "signal",
                        "peer=",
                        "(",
                        ")",
                        "[",
                        "]",
                        "[^a]",
                        "*",
                        "**",
                        "\\",
                        "\"",
                        "#",
                        "if $x {\n",
                        "^h {\n",
                        "file",
                        "ux",
                        "-> ",
                        "change_profile ",
                        "all",
                        "abi <x>,\n",
                        "flags=(complain)")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 300)
    void aLiteralPathMatchesItselfOnly(@ForAll("names") String name, @ForAll("names") String other) {
        String escaped = name.replaceAll("([*?\\[\\]{}\\\\^,])", "\\\\$1");
        assertTrue(PathPattern.of("/" + escaped).matches("/" + name));
        assertTrue(name.equals(other) || !PathPattern.of("/" + escaped).matches("/" + other));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("ab*?[]{}\\^,").ofMaxLength(6);
    }
}
