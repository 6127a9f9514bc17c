package dev.tallyclerk.internal.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Pipeline;
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

class ShellScriptTest {
    private static List<List<String>> words(String script) {
        return ShellParser.parse(script).everyCommand().stream()
                .map(Command::words)
                .toList();
    }

    private static List<String> programs(String script) {
        return ShellParser.parse(script).everyCommand().stream()
                .map(Command::program)
                .filter(program -> !program.isEmpty())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a && b || c ; d & e ~ a b c d e",
                "if a; then b; else c; fi ~ a b c",
                "! a ~ a",
                "{ a; b; } ~ a b",
                "A=1 B=2 c ~ c",
                "a > /dev/null 2>&1 < in &> out | b ~ a b",
                "sudo -u root -E env X=1 a ~ sudo env a",
                "xargs -n 1 chmod 777 ~ xargs chmod",
                "find / -type f -exec chmod a+w {} + ~ find chmod",
                "find / -exec a {} \\; -type f -execdir sudo b {} + -okdir c \\; ~ find a sudo b c",
                "find / -exec \\; -exec a ~ find a",
                "command -v a ~ command",
                "command -pV a ~ command",
                "command -p a ~ command a",
                "timeout -k 5 10 curl x ~ timeout curl",
                "sh -ec 'a; b' ~ sh a b",
                "/bin/bash -o pipefail -c 'a | b' ~ bash a b",
                "/bin/ash -eo pipefail -c 'a | b' ~ ash a b",
                "/bin/bash -euo pipefail +o posix -c 'a | b' ~ bash a b",
                "/bin/bash -ceo pipefail 'a | b' ~ bash a b",
                "eval a b ~ eval a",
                "su -c 'a b' app ~ su a",
                "a $(b `c`) \"$(d)\" ~ a b c d",
                "(a; b) | c ~ c a b",
                "case x in y) a ;; z) b ;; esac ~ a b",
                "echo '$(a)' \\$\\(b\\) ~ echo",
                "f() { a; b; }; f ~ a b f",
                "f () { a | b; } && c ~ a b c",
                "f() ( a; b ); c ~ a b c",
                "f()( a ) ~ a",
                "f() if a; then b; fi ~ a b",
                "f( ) { A=1 a; } ~ a",
                "a; f() { g() { b; }; c; } ~ a b c",
                "function f { a; b; }; f ~ a b f",
                "function f() { a; }; b ~ a b",
                "function f () ( a ); b ~ a b",
                "A=() a ~ a",
                "a function f ~ a",
                "# a ~ ''",
                "a # b ~ a",
                "/usr/bin/a ~ a"
            })
    void findsTheProgramsThatRun(String script, String expected) {
        assertEquals(expected.isEmpty() ? List.of() : List.of(expected.split(" ")), programs(script));
    }

    private static String nested(int levels) {
        return "$(".repeat(levels) + "a" + ")".repeat(levels);
    }

    @Test
    void looksIntoFortyLevelsOfNestingAndTakesDeeperOnesForText() {
        assertFalse(programs(nested(40)).contains("$"));
        assertTrue(programs(nested(41)).contains("$"));
    }

    @ParameterizedTest
    @CsvSource({"$(, )", "(, )", "<(, )", "\"$(, )\""})
    void tellsOfNestingThatIsTooDeepToBeRead(String open, String close) {
        assertFalse(ShellParser.parse(open.repeat(40) + "a" + close.repeat(40)).hasUnread());
        assertTrue(ShellParser.parse(open.repeat(41) + "a" + close.repeat(41)).hasUnread());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a 'b",
                "a \"b",
                "a $'b",
                "a ${b",
                "a ${b:-\"}",
                "a $(b",
                "a \"$(b\"",
                "a `b",
                "a (b",
                "a <(b",
                "cat <<E",
                "cat <<E; cat <<F\nb\nF",
                "`cat <<E <<F\nb`",
                "sh -c 'a \"b'"
            })
    void tellsOfWhatDoesNotEnd(String script) {
        assertTrue(ShellParser.parse(script).hasUnread());
    }

    /** As a shell does, with a warning. */
    @Test
    void theLastHereDocumentMayEndWithTheText() {
        ShellScript script = ShellParser.parse("cat <<E > x\na\nb");
        assertFalse(script.hasUnread());
        assertEquals(
                List.of("a\nb\n"), script.pipelines().get(0).stages().get(0).inputs());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '|',
            value = {
                "x=\"${a%%{*}\"; b ~ b",
                "x=${a#\\}}; b ~ b",
                "x=${a#'}'}; b ~ b",
                "x=\"${a:-it's}\"; b ~ b",
                "x=${a:-\"}\"}; b ~ b",
                "x=${a:-${b}}; b ~ b",
                "x=\"${a:-\"$b\"}\"; b ~ b",
                "x=${a:-$(b)}; c ~ b c",
                "x=\"${a:-`b`}\"; c ~ b c",
                "a $((1<<2)); b ~ a b",
                "((x<<=2)); b ~ x b",
                "a <&3 && b 5<&-; c ~ a b c",
                "\0; a ~ a"
            })
    void endsWhatAShellEndsThere(String script, String expected) {
        String text = script.replace("\\0", "\0") + "\nlast";
        assertFalse(ShellParser.parse(text).hasUnread());
        List<String> programs = programs(text).stream()
                .filter(program -> program.matches("[a-z]+"))
                .toList();
        assertEquals(List.of((expected + " last").split(" ")), programs);
    }

    @Test
    void tellsOfCommandsThatAreTooDeepToBeFollowed() {
        for (String wrapper : List.of("sudo ", "eval ")) {
            assertFalse(ShellParser.parse(wrapper.repeat(8) + "a").hasUnread());
            assertTrue(ShellParser.parse(wrapper.repeat(9) + "a").hasUnread());
            assertTrue(ShellParser.ofWords(List.of("sh", "-c", wrapper.repeat(9) + "a"))
                    .hasUnread());
        }
        assertFalse(ShellParser.parse("$(".repeat(39) + "`a`" + ")".repeat(39)).hasUnread());
        assertTrue(ShellParser.parse("$(".repeat(40) + "`a`" + ")".repeat(40)).hasUnread());
    }

    @Test
    void looksThroughEightCommandsThatStartOneAnother() {
        assertTrue(programs("sudo ".repeat(8) + "a").contains("a"));
        assertFalse(programs("sudo ".repeat(9) + "a").contains("a"));
        assertTrue(programs("eval ".repeat(8) + "a").contains("a"));
        assertFalse(programs("eval ".repeat(9) + "a").contains("a"));
    }

    @Test
    void removesQuotesAndKeepsWordsTogether() {
        assertEquals(
                List.of(List.of("echo", "a b", "c\"d", "e\\f", "gh", "", "${X:-y z}", "tab\there")),
                words("echo 'a b' \"c\\\"d\" \"e\\f\" g\\\nh '' ${X:-y z} 'tab\there'"));
    }

    @Test
    void readsAssignments() {
        Command command = ShellParser.parse("export A='b c'; D=e+=f G+=h run")
                .everyCommand()
                .get(1);
        assertEquals(
                List.of(new Command.Assignment("D", "e+=f"), new Command.Assignment("G", "h")), command.assignments());
    }

    @Test
    void takesThePipelineApart() {
        List<Pipeline> pipelines = ShellParser.parse("curl -k x | sudo sh && a").everyPipeline();
        assertEquals(2, pipelines.size());
        assertEquals(2, pipelines.get(0).stages().size());
        assertEquals("sh", pipelines.get(0).stages().get(1).wrapped().get(0).program());
    }

    @Test
    void aPipelineGoesOnInTheNextLineAfterAPipe() {
        List<Pipeline> pipelines = ShellParser.parse("a |\n# comment\n\nb\nc | d <<E |\nx\nE\ne\n|\nf")
                .everyPipeline();
        assertEquals(
                List.of(2, 3, 1),
                pipelines.stream().map(pipeline -> pipeline.stages().size()).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"case x in\na|b)\nc\n;;\nesac", "case x in a|b) c;; esac", "case x in\na|\nb) c | d;;\nesac"})
    void theBarsOfACasePatternAreNoPipes(String script) {
        for (Pipeline pipeline : ShellParser.parse(script).everyPipeline()) {
            List<String> programs =
                    pipeline.stages().stream().map(stage -> stage.program()).toList();
            assertTrue(programs.size() == 1 || programs.equals(List.of("c", "d")), programs::toString);
        }
    }

    @Test
    void theBodyOfAFunctionMayStandOnLaterLines() {
        assertEquals(List.of("a", "b", "f"), programs("f()\n{\n  a\n  b\n}\nf"));
        assertEquals(List.of("a", "f"), programs("function f\n{\n  a\n}\nf"));
        assertEquals(List.of("a", "f"), programs("f() # comment\n{ a; }\nf"));
    }

    @Test
    void theBodyOfAHereDocumentIsDataExceptForAShell() {
        assertEquals(List.of("cat", "b"), programs("cat <<EOF > f\na\nEOF\nb"));
        assertEquals(List.of("sh", "a", "b"), programs("sh <<-'EOF'\n\ta\n\tEOF\nb"));
        assertEquals(List.of("a", "b"), programs("<<EOF\na\nb\nEOF"));
        assertEquals(List.of("cat"), programs("cat <<< a"));
        assertEquals(List.of("bash", "a", "b"), programs("bash <<< 'a; b'"));
    }

    private static List<List<String>> inputs(String script) {
        return ShellParser.parse(script).everyCommand().stream()
                .map(Command::inputs)
                .toList();
    }

    @Test
    void theCommandThatReadsDataHasIt() {
        assertEquals(List.of(List.of("a\nb\n"), List.of()), inputs("cat <<E > f && c\na\nb\nE"));
        assertEquals(List.of(List.of("a b")), inputs("cat <<< 'a b' > f"));
        assertEquals(List.of(List.of(), List.of("a\n")), inputs("sudo tee f <<E\na\nE"));
        assertEquals(List.of(List.of(), List.of()), inputs("sh <<E\na\nE"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "sh <<E && b ~ sh a b",
                "sh <<E || b ~ sh a b",
                "sh <<E; b ~ sh a b",
                "sh <<E & b ~ sh a b",
                "sh <<E | b ~ sh b a",
                "b | sudo sh <<E | c ~ b sudo sh c a",
                "(sh <<E) ~ sh a",
                "b $(sh <<E) && c ~ b sh a c",
                "b <(sh <<E; c) ~ b sh a c",
                "<<E && b ~ a b",
                "cat <<E && b ~ cat b"
            })
    void theBodyOfAHereDocumentBelongsToItsCommandWhateverFollowsOnTheLine(String line, String expected) {
        assertEquals(List.of(expected.split(" ")), programs(line + "\na\nE"));
        assertEquals(List.of((expected + " d").split(" ")), programs(line + "\na\nE\nd"));
    }

    @Test
    void hereDocumentsOfOneLineStandInItsOrder() {
        assertEquals(List.of("sh", "a", "bash", "b", "c"), programs("sh <<A && bash <<B\na\nA\nb\nB\nc"));
        assertEquals(List.of("sh", "a", "b"), programs("sh <<A <<B\na\nA\nb\nB"));
        assertEquals(List.of("cat", "sh", "b"), programs("cat <<A | sh <<B\na\nA\nb\nB"));
    }

    @Test
    void aPipelineStaysTogetherWhenAHereDocumentStandsInIt() {
        List<Pipeline> pipelines = ShellParser.parse("sh <<E | b\na | c\nE").everyPipeline();
        assertEquals(2, pipelines.size());
        assertEquals(2, pipelines.get(0).stages().size());
        assertEquals(2, pipelines.get(1).stages().size());
    }

    @Test
    void runsWordsWithoutAShell() {
        Command command =
                ShellParser.ofWords(List.of("A=1", "x && y")).everyCommand().get(0);
        assertEquals(List.of("A=1", "x && y"), command.words());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "$(",
                "`",
                "\"$(",
                "${",
                "<(",
                "a|",
                "'",
                "<<E\n",
                "sudo ",
                "find -exec ",
                "-exec sh \\; ",
                "sh -c '",
                "\\`",
                "a=b ",
                "case x in y) ",
                "\"`",
                "eval \"",
                "<<a <<b\n",
                "<<a;",
                "sh <<a|",
                "(<<a ",
                "f() {",
                "function f "
            })
    void takesLinearTimeAndBoundedStackOnHostileScripts(String piece) {
        String hostile = piece.repeat(400_000 / piece.length());
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> ShellParser.parse(hostile).everyCommand());
    }

    @Test
    void aHereDocumentOfFindIsReadOnce() {
        String hostile = "find " + "-exec sh \\; ".repeat(20_000) + "<<E\n" + "a;".repeat(20_000) + "\nE";
        List<String> programs = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> programs(hostile));
        assertEquals(40_001, programs.size());
    }

    @Test
    void takesBoundedStackOnHereDocumentsInNestedHereDocuments() {
        String script = "a";
        for (int level = 0; level < 8; level++) {
            script = "(".repeat(40) + "sh <<E" + level + ")".repeat(40) + '\n' + script + "\nE" + level;
        }
        String hostile = script;
        List<String> programs = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> programs(hostile));
        assertEquals("a", programs.get(8));
    }

    @Property
    void readsAnyText(@ForAll String text) {
        ShellParser.parse(text).everyCommand();
    }

    @Property
    void readsAnyMixOfTheGrammar(
            @ForAll
                    @StringLength(max = 60)
                    @Chars({
                        '(', ')', '$', '`', '"', '\'', '\\', '{', '}', '<', '>', '|', '&', ';', '\n', ' ', '#', '=', '-'
                    })
                    @CharRange(from = 'a', to = 'e')
                    String text) {
        ShellParser.parse(text).everyCommand();
    }
}
