package dev.tallyclerk.registry.audit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildStepParserTest {
    private static BuildStep parse(String createdBy) {
        return BuildStepParser.parse(0, 0, createdBy, List.of("own -c", "conda run -n e /bin/bash -c"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "/bin/sh -c #(nop) ADD file:0011 in /  ~ ADD",
                "/bin/sh -c #(nop)  ENV A=b ~ ENV",
                "cmd /S /C #(nop) WORKDIR C:/app ~ WORKDIR",
                "ADD https://example.test/x /app/x # buildkit ~ ADD",
                "COPY autoupdate.cfg /app/ # buildkit ~ COPY",
                "ENV ADDRESS=10.0.0.1 ~ ENV",
                "USER 65532:65532 ~ USER",
                "HEALTHCHECK &{[\"CMD\" \"/s\"] \"30s\" \"0s\" \"0s\" \"0s\" '\\x00'} ~ HEALTHCHECK",
                "RUN /bin/sh -c apt-get update # buildkit ~ RUN",
                "RUN |1 A=b /bin/sh -c x # buildkit ~ RUN",
                "/bin/sh -c apt-get update ~ RUN",
                "/bin/sh -c apt-get update #(nop) LABEL x=y ~ RUN",
                "bazel build ... ~ RUN",
                "umoci config --config.user=1 ~ RUN",
                "add x ~ ADD",
                "run x ~ RUN",
                "env A=b x ~ RUN",
                "cmd /S /C x ~ RUN"
            })
    void tellsTheInstruction(String createdBy, String instruction) {
        assertEquals(instruction, parse(createdBy).instruction());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "/bin/sh -c a && b ~ a b",
                "/bin/bash -o pipefail -c a | b ~ a b",
                "/bin/ash -eo pipefail -c a | b ~ a b",
                "powershell -NoProfile -Command a ~ a",
                "powershell.exe -NoLogo -NonInteractive -Command a ~ a",
                "powershell -NoProfile -ExecutionPolicy Bypass -Command a ~ a",
                "pwsh -c a ~ a",
                "cmd /S /C a ~ a",
                "RUN /bin/bash -euxo pipefail -c a | b # buildkit ~ a b",
                "/bin/bash +o posix -euo pipefail -c a | b ~ a b",
                "/bin/sh -ec a ~ a",
                "RUN /bin/sh -c a # buildkit ~ a",
                "RUN a b # buildkit ~ a",
                "|2 A=b c D=/bin/e f /bin/sh -c a ~ a",
                "|0 /bin/sh -c a ~ a",
                "RUN |1 A= /bin/sh -c a # buildkit ~ a",
                "/bin/sh /script.sh ~ sh",
                "/bin/sh -c --mount=type=cache,target=/root/.c --network=none a -b ~ a",
                "RUN --mount=type=cache,target=/root/.c --security=insecure a && b ~ a b",
                "|1 A=b /bin/sh -c --device=x a ~ a",
                "run a -k ~ a",
                "/bin/sh -c [\"a\", \"b && c\"] ~ a",
                "RUN [ \"sh\", \"-c\", \"a | b\" ] ~ sh a b",
                "/bin/sh -c [ -n $(a) ] ~ [ a",
                "/bin/sh -c #(nop) CMD [\"a\"] ~ ``",
                "RUN |1 V=1 a -k -o x # buildkit ~ a",
                "|2 V=1 W=x y env b ~ y",
                "|1 V=1 a -o sh ~ a",
                "|1 V=1 sh /x ~ sh",
                "|1 V=b c PowerShell -Command a ~ a",
                "RUN |1 V=b c C:\\x\\PWSH.exe -c a # buildkit ~ a",
                "|1 V=b c /usr/bin/fish -c a ~ a",
                "conda run -n e /bin/bash -c a && b ~ conda a b",
                "|1 V=b c own -c a ~ own a",
                "own -cx a ~ own",
                "# debian.sh --arch amd64 ~ ``"
            })
    void tellsTheProgramsThatRan(String createdBy, String programs) {
        assertEquals(
                programs.isEmpty() ? List.of() : List.of(programs.split(" ")),
                parse(createdBy).commands().stream().map(Command::program).toList());
    }

    @Test
    void readsBuildArgumentsWithBlanksInTheirValues() {
        assertEquals(
                List.of(new Assignment("A", "b c"), new Assignment("D", "e")),
                parse("|2 A=b c D=e /bin/sh -c make").assignments());
    }

    @Test
    void theLastBuildArgumentIsOneWordWhereNoShellFollows() {
        assertEquals(
                List.of(new Assignment("A", "b c"), new Assignment("D", "e")),
                parse("|2 A=b c D=e make all").assignments());
    }

    @Test
    void readsVariablesInEveryForm() {
        assertEquals(
                List.of(new Assignment("A", "b c"), new Assignment("D", "e")),
                parse("/bin/sh -c #(nop)  ENV A=b c D=e").assignments());
        assertEquals(List.of(new Assignment("A", "b c")), parse("ENV A=\"b c\"").assignments());
        assertEquals(List.of(new Assignment("A", "b c")), parse("ENV A b c").assignments());
        assertEquals(List.of(new Assignment("A", "")), parse("ARG A").assignments());
    }

    @Test
    void readsSourcesAndDestinationInBothForms() {
        BuildStep classic = parse("/bin/sh -c #(nop) ADD multi:aa in /app/ ");
        assertEquals(List.of("multi:aa"), classic.sources());
        assertEquals("/app/", classic.destination());
        BuildStep buildkit = parse("ADD --chown=1 --checksum=sha256:ab a b /app/ # buildkit");
        assertEquals(List.of("a", "b"), buildkit.sources());
        assertEquals("/app/", buildkit.destination());
        assertTrue(buildkit.hasOption("--checksum"));
        assertEquals(List.of("a"), parse("ADD [\"a\",\"/b c\"]").sources());
        assertEquals("/b c", parse("ADD [\"a\",\"/b c\"]").destination());
    }

    @Test
    void anEmptyRecordIsOpaque() {
        assertTrue(parse("").isOpaque());
        assertTrue(parse("  # buildkit").isOpaque());
    }

    @ParameterizedTest
    @ValueSource(strings = {"A=b ", "|", "|1 ", "/bin/sh -x ", "ENV A=b c ", "\"", "[\"a\",", "RUN ", "#(nop) "})
    void takesLinearTimeOnHostileRecords(String piece) {
        String body = piece.repeat(1_000_000 / piece.length());
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            parse(body).commands();
            parse("|99999999 " + body).commands();
            parse("ENV " + body).commands();
            parse("/bin/sh -c #(nop) ADD " + body).sources();
        });
    }

    @Property
    void readsAnyText(@ForAll String text) {
        BuildStep step = parse(text);
        step.commands();
        step.sources();
        step.destination();
    }

    @Property
    void readsAnyMixOfTheForms(
            @ForAll
                    @StringLength(max = 40)
                    @Chars({'|', '#', '(', ')', '/', '-', ' ', '=', '[', ']', '"', ',', '1'})
                    @CharRange(from = 'A', to = 'D')
                    String text) {
        for (String prefix : List.of("", "RUN ", "|1 ", "ADD ", "ENV ", "/bin/sh -c #(nop) ", "/bin/sh ")) {
            BuildStep step = parse(prefix + text);
            step.commands();
            step.sources();
        }
    }
}
