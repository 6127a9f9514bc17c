package dev.tallyclerk.hardening.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Rule;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DockerfileProperties {
    private static final List<String> LINES = List.of(
            "FROM a:1",
            "FROM a AS b",
            "from ${X:-y}",
            "ARG X=1",
            "ENV A=$X B=\"$A c\"",
            "USER $X",
            "RUN apt-get update && \\",
            "  apt-get install $A",
            "RUN <<EOF",
            "EOF",
            "sudo make",
            "COPY --from=b . /x",
            "COPY <<A <<B /x/",
            "A",
            "B",
            "WORKDIR ${A%/*}",
            "EXPOSE 22 $X",
            "ONBUILD ADD http://a.test/b c",
            "HEALTHCHECK CMD a",
            "LABEL a.b=c D=e",
            "# hadolint ignore=DL3006",
            "# tallyclerk ignore=DKF-001 reason=a until=2027-01-01",
            "",
            "VOLUME [\"/etc\"]",
            "SHELL [\"/bin/bash\", \"-c\"]",
            "CMD 'x");

    @Provide
    Arbitrary<String> files() {
        return Arbitraries.of(LINES).list().ofMinSize(1).ofMaxSize(12).map(lines -> String.join("\n", lines) + '\n');
    }

    @Property
    void everyRuleHasAnOutcomeForEveryFileThatCanBeRead(@ForAll("files") String text) {
        assertOutcomes(text);
    }

    @Property
    void anyTextIsReadOrRefused(@ForAll String text) {
        assertOutcomes(text);
    }

    static void assertOutcomes(String text) {
        DockerfileSubject subject;
        try {
            subject = Dockerfiles.read(text);
        } catch (MalformedSubjectException e) {
            assertTrue(String.valueOf(e.getMessage()).length() <= 1001, "the message is bounded");
            return;
        }
        int lines = text.split("\n", -1).length;
        for (Rule<?> rule : DockerfileRules.ruleSet().rules()) {
            Outcome outcome = Dockerfiles.judge(rule.info().id().value(), subject);
            assertNotEquals(Outcome.Kind.ERROR, outcome.kind());
            if (outcome instanceof Outcome.Fail fail) {
                fail.problems().forEach(problem -> {
                    Location.Region at = (Location.Region) problem.at();
                    assertTrue(at.line() <= lines && at.endLine() <= lines, () -> rule + " at " + at);
                });
            }
        }
    }

    /** Every place is what the instruction consists of, wherever lines are continued. */
    @Property
    void placesOfPairsAreWhereTheyAreWritten(@ForAll("names") List<String> names) throws Exception {
        StringBuilder text = new StringBuilder("ENV");
        names.forEach(name -> text.append(" \\\n")
                .append(" ".repeat(name.length()))
                .append(name)
                .append("=x"));
        String[] lines = text.toString().split("\n", -1);
        for (Instruction.Pair pair :
                Dockerfile.parse("f", text.toString()).instructions().get(0).pairs()) {
            String line = lines[pair.at().line() - 1];
            assertEquals(
                    pair.name() + "=x",
                    line.substring(pair.at().column() - 1, pair.at().endColumn() - 1));
        }
    }

    @Provide
    Arbitrary<List<String>> names() {
        return Arbitraries.strings()
                .alpha()
                .ofMinLength(1)
                .ofMaxLength(5)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    @Property
    void shellPatternsMatchAsTheirRegularExpressions(
            @ForAll("patterns") String pattern, @ForAll("values") String value) {
        String expression = Arrays.stream(pattern.split("", -1))
                .map(c -> c.equals("*") ? ".*" : c.equals("?") ? "." : c)
                .reduce("", String::concat);
        assertEquals(
                value.replaceFirst("^(?:" + expression + ")", ""),
                ShellPattern.of(pattern).withoutPrefix(value, true));
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars("ab*?").ofMaxLength(6);
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.strings().withChars("ab").ofMaxLength(8);
    }
}
